// Channels as a user of the client opens them, with what they hear kept until a test asks for it.

import { heard } from './server.mjs';

/** Joins `channel`; rejects with the reason when it is refused. */
export function joined(channel) {
  return new Promise((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === 'SUBSCRIBED') resolve(channel);
      if (error) reject(error);
    });
  });
}

/** A table's name, or a whole binding. */
const binding = (wanted) => ({
  event: '*', schema: 'public', ...(typeof wanted === 'string' ? { table: wanted } : wanted),
});

/** Joins a channel with bindings for `wanted`, and waits until the changes flow. */
export async function listen({ supabase }, name, wanted, options) {
  const channel = supabase.channel(name, options);
  const [changes, system] = [heard(), heard()];
  for (const one of wanted) channel.on('postgres_changes', binding(one), changes.hear);
  channel.on('system', {}, (message) => { if (message.extension) system.hear(message); });
  await joined(channel);
  const first = await system.next();
  if (first.status !== 'ok') throw new Error(first.message);
  return { channel, changes, system };
}
