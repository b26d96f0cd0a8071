"""Where the coordinator's rows rest: the tables, one repository a noun, and the migrations. All SQL is in here.

A repository takes an open connection and never commits; whoever opened the transaction does (`Database.writing`).
"""
