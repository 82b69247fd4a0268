"""The alarm that reaches people who have no page open: one message to the robot of a chat group.

Settings come from the environment alone, so that no address and no secret ever stands in a file or on a command line.
"""
