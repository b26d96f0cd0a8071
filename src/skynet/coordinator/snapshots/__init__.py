"""Pictures that belong to alerts: files named by their content, rows that say they are whole."""
