"""Who is who: roles from rosters, the directory (Microsoft Graph or a CSV file), line managers."""
