import { Composer } from './Composer.jsx';
import { Log } from './Log.jsx';
import { supabase } from './supabase.js';
import { useTable } from './useTable.js';

export function Tavern({ me, nameOf }) {
  const { rows, loading, error } = useTable('tavern_messages');
  const send = (body) => supabase.from('tavern_messages').insert({ body });
  const remove = ({ id }) => supabase.from('tavern_messages').delete().eq('id', id).then();
  return (
    <>
      {loading && <p>Loading…</p>}
      {error && <p role="alert">{error}</p>}
      <Log label="Tavern chat" messages={rows} authorOf={(row) => row.author_id} nameOf={nameOf} me={me} remove={remove} />
      <Composer send={send} />
    </>
  );
}
