"""The patterns that the record of crises shows, looked for in replays of all of it and in every shipped scenario."""
