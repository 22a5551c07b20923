-- Machines alone were not answered: an outage of its own kind, as desks could work.
ALTER TABLE chancela.outage
    DROP CONSTRAINT an_outage_is_of_one_of_these,
    ADD CONSTRAINT an_outage_is_of_one_of_these CHECK (what IN ('portal', 'database', 'carrier', 'machines'));
