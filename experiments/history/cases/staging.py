"""Numbers with which a coded case comes on stage, in the agent model and in the mean-field model alike."""

from sim.mechanisms import Mechanisms

LEGITIMACY = 0.70  # at rest
PEOPLE_PER_OFFICER = 1.0 / 0.006  # adults per member of the security forces at 3,000 USD a head
FAST, SLOW, SLOW_SHARE = 23.0, 180.0, 0.3  # half-lives of the grievance in days, share of the slow part
RAMP = 3
ARMED_HALF_LIFE, ATTACK_HALF_LIFE = 30.0, 15.0
OUTSIDE_GRIEVANCE = 0.5  # of a crisis that comes from outside, relative to one at home; none if a state attacks
MOST_REQUESTS = 1  # one power is asked for force in a crisis: the first that is worth asking
CONTINGENT = (
    0.115  # share of the pool that a request brings: that of the CSTO in January 2022, as in its charter on the stage
)
ADULT_SHARE = Mechanisms().contention.adult_share
SUCCESSOR_MEAN, SUCCESSOR_WIDTH = 0.1, 0.6  # alignment of the likely successor, which nobody coded
