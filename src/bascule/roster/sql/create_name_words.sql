-- Which words stand in the names of students? Kept by whoever adds or renames them; a word stays.
-- Nobody but the search reads it: a word here would tell that somebody is called so.
create table roster_nameword (word text collate "C" primary key);
create function roster_keep_words() returns trigger
language plpgsql set search_path = public, pg_temp
as $$
begin
  insert into roster_nameword
  select distinct unnest(string_to_array(sort_name, ' ')) as word from came order by word
  on conflict do nothing;
  return null;
end $$;
create trigger keep_words_of_new after insert on roster_student
referencing new table as came for each statement execute function roster_keep_words();
create trigger keep_words_of_renamed after update on roster_student
referencing new table as came for each statement execute function roster_keep_words()
