"""The store on a PostgreSQL server, for teams."""
