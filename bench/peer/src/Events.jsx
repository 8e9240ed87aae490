import { useState } from 'react';

import { supabase } from './supabase.js';
import { useTable } from './useTable.js';

const ANSWERS = { going: 'Going', maybe: 'Maybe', not_going: 'Not going' };
const RSVP_KEYS = ['event_id', 'user_id'];
const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

export function Events({ me, nameOf }) {
  const { rows: events, loading, error } = useTable('events', 'starts_at');
  const { rows: rsvps } = useTable('rsvps', 'created_at', RSVP_KEYS);
  return (
    <>
      <NewEvent />
      {loading && <p>Loading…</p>}
      {error && <p role="alert">{error}</p>}
      {events.map((event) => (
        <Event
          key={event.id}
          event={event}
          rsvps={rsvps.filter((rsvp) => rsvp.event_id === event.id)}
          me={me}
          nameOf={nameOf}
        />
      ))}
    </>
  );
}

function Event({ event, rsvps, me, nameOf }) {
  const [problem, setProblem] = useState(null);
  const mine = rsvps.find((rsvp) => rsvp.user_id === me)?.status;
  const going = rsvps.filter((rsvp) => rsvp.status === 'going');
  const told = ({ error }) => setProblem(error?.message ?? null);
  const answer = async (status) => told(await supabase.from('rsvps').upsert({ event_id: event.id, user_id: me, status }));
  const remove = async () => told(await supabase.from('events').delete().eq('id', event.id));
  return (
    <article className="card">
      <h2>{event.title}</h2>
      <p>
        {time.format(new Date(event.starts_at))}, {event.location}; by {nameOf(event.host_id)}
      </p>
      <p>{event.description}</p>
      <p>
        {going.length}
        {event.capacity && ` of ${event.capacity}`} going: {going.map((rsvp) => nameOf(rsvp.user_id)).join(', ')}
      </p>
      {Object.entries(ANSWERS).map(([status, words]) => (
        <button key={status} type="button" aria-pressed={mine === status} onClick={() => answer(status)}>
          {words}
        </button>
      ))}
      {event.host_id === me && (
        <button type="button" className="quiet" onClick={remove}>
          Delete
        </button>
      )}
      {problem && <p role="alert">{problem}</p>}
    </article>
  );
}

function NewEvent() {
  const [problem, setProblem] = useState(null);
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    const { capacity, starts_at, ...words } = Object.fromEntries(new FormData(form));
    const { error } = await supabase
      .from('events')
      .insert({ ...words, starts_at: new Date(starts_at).toISOString(), capacity: capacity ? Number(capacity) : null });
    setProblem(error?.message ?? null);
    if (!error) form.reset();
  };
  return (
    <details>
      <summary>New event</summary>
      <form className="card" onSubmit={submit}>
        <label>
          Title <input name="title" required />
        </label>
        <label>
          Description <textarea name="description" />
        </label>
        <label>
          Location <input name="location" />
        </label>
        <label>
          Starts <input name="starts_at" type="datetime-local" required />
        </label>
        <label>
          Capacity <input name="capacity" type="number" min="1" />
        </label>
        {problem && <p role="alert">{problem}</p>}
        <button type="submit">Save</button>
      </form>
    </details>
  );
}
