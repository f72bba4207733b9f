-- Texts of string parameters as they are compared now: letters that Unicode does not take apart stand
-- as whoever has no such key types them.
update ix_string
   set value = replace(replace(replace(replace(
           translate(value, 'łøđðħıŧ', 'loddhit'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
 where value ~ '[łøđðħıŧßæœþ]';
