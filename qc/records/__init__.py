"""The laboratory's database: sessions, replicates, fields, clips and results."""
