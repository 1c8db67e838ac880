-- Leaves nothing of a room but the line that says so.
KEPT = 1
return add('system', 'cleaned', NICKNAME, '', '')
