import { useEffect, useState } from 'react';

import { supabase } from './supabase.js';

const byKey = (key) => (a, b) => String(a[key]).localeCompare(String(b[key]));

/** All rows of a table that one may see, kept up to date by Realtime. */
export function useTable(table, order = 'created_at', keys = ['id']) {
  const [rows, setRows] = useState([]);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState(null);

  useEffect(() => {
    const same = (a) => (b) => keys.every((key) => a[key] === b[key]);
    const put = (row) => setRows((rows) => [...rows.filter((other) => !same(row)(other)), row].sort(byKey(order)));
    const remove = (row) => setRows((rows) => rows.filter((other) => !same(row)(other)));
    const load = async () => {
      const { data, error } = await supabase.from(table).select('*').order(order);
      setLoading(false);
      setError(error?.message ?? null);
      if (data) setRows(data);
    };

    const channel = supabase
      .channel(`changes of ${table}`)
      .on('postgres_changes', { event: '*', schema: 'public', table }, (change) =>
        change.eventType === 'DELETE' ? remove(change.old) : put(change.new),
      )
      .subscribe((status) => status === 'SUBSCRIBED' && load());
    return () => supabase.removeChannel(channel);
  }, [table, order, keys.join()]);

  return { rows, loading, error };
}
