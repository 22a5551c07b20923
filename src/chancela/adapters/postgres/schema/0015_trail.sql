-- What finds an event of the trail by whom or what it is about.
SELECT 1;
