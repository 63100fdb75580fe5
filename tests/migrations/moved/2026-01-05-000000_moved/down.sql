DROP TABLE counters;
DROP TABLE events;
DROP TABLE notes;
DROP TABLE people;
DROP TYPE mood;
