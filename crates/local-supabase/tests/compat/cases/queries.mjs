import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { admin, client, must } from '../server.mjs';

describe('REST', () => {
  const supabase = client();
  const books = (columns = 'id', options = {}) => supabase.from('books').select(columns, options);
  /** The ids of the seeded books that a query finds, in order. */
  const ids = async (query) => must(await query.lt('id', 100).order('id')).map((row) => row.id);

  test('every filter of the client finds what it says', async () => {
    for (const [name, query, expected] of [
      ['eq', books().eq('title', 'Soup'), [2]],
      ['neq', books().neq('title', 'Soup'), [1, 3, 4]],
      ['gt', books().gt('pages', 320), [3]],
      ['gte', books().gte('pages', 320), [1, 3]],
      ['lt', books().lt('pages', 120), [4]],
      ['lte', books().lte('pages', 120), [2, 4]],
      ['like', books().like('title', '%o%'), [2, 4]],
      ['ilike', books().ilike('title', 'b%'), [1]],
      ['likeAllOf', books().likeAllOf('title', ['%r%', '%e%']), [1, 3]],
      ['likeAnyOf', books().likeAnyOf('title', ['S%', 'K%']), [2, 4]],
      ['ilikeAllOf', books().ilikeAllOf('title', ['R%', '%S']), [3]],
      ['ilikeAnyOf', books().ilikeAnyOf('title', ['s%', 'k%']), [2, 4]],
      ['regexMatch', books().regexMatch('title', '^[A-K]'), [1, 4]],
      ['regexIMatch', books().regexIMatch('title', '^[a-k]'), [1, 4]],
      ['is null', books().is('subtitle', null), [2, 4]],
      ['is true', books().is('available', true), [1, 4]],
      ['isDistinct', books().isDistinct('available', true), [2, 3]],
      ['in', books().in('title', ['Soup', 'Knots', 'a,b', 'with "quotes"']), [2, 4]],
      ['notIn', books().notIn('title', ['Soup', 'Knots']), [1, 3]],
      ['contains, array', books().contains('tags', ['food']), [1, 2]],
      ['contains, json', books().contains('meta', { lang: 'en' }), [1, 2]],
      ['contains, range', books().contains('lent', '[6,8)'), [1, 4]],
      ['containedBy', books().containedBy('tags', ['food', 'baking', 'x']), [1, 2, 4]],
      ['rangeGt', books().rangeGt('lent', '[1,9)'), [2]],
      ['rangeGte', books().rangeGte('lent', '[2,12)'), [2, 4]],
      ['rangeLt', books().rangeLt('lent', '[12,13)'), [1]],
      ['rangeLte', books().rangeLte('lent', '[0,10)'), [1]],
      ['rangeAdjacent', books().rangeAdjacent('lent', '[20,25)'), [2]],
      ['overlaps', books().overlaps('tags', ['maps', 'baking']), [1, 3]],
      ['textSearch', books().textSearch('subtitle', "'walk' & 'water'", { config: 'english' }), [3]],
      ['textSearch, plain', books().textSearch('subtitle', 'loaves rise', { type: 'plain', config: 'english' }), [1]],
      ['textSearch, phrase', books().textSearch('subtitle', 'long walks', { type: 'phrase', config: 'english' }), [3]],
      ['textSearch, web', books().textSearch('subtitle', 'walks or loaves', { type: 'websearch', config: 'english' }), [1, 3]],
      ['match', books().match({ title: 'Soup', pages: 120 }), [2]],
      ['not', books().not('pages', 'gte', 320), [2, 4]],
      ['not in', books().not('title', 'in', '("Soup","Knots")'), [1, 3]],
      ['or', books().or('pages.gt.400,and(pages.lt.130,tags.cs.{food})'), [2, 3]],
      ['filter', books().filter('pages', 'in', '(80,410)'), [3, 4]],
      ['json path', books().eq('meta->>lang', 'de'), [3]],
      ['json number', books().gte('meta->year', 2019), [1, 2]],
    ]) {
      assert.deepEqual(await ids(query), expected, name);
    }
  });

  test('columns are chosen, renamed, cast and taken out of JSON', async () => {
    const [row] = must(await books('name:title, pages::text, price, meta->>lang, year:meta->year, tags, lent').eq('id', 1));
    assert.deepEqual(row, {
      name: 'Bread', pages: '320', price: 24.9, lang: 'en', year: 2019, tags: ['baking', 'food'], lent: '[1,10)',
    });
  });

  test('embedding follows foreign keys both ways, through a join table, and filters by what it finds', async () => {
    assert.deepEqual(must(await books('title, shelf:shelves(label)').in('id', [3, 4]).order('id')), [
      { title: 'Rivers', shelf: { label: 'Window' } }, { title: 'Knots', shelf: null },
    ]);
    assert.deepEqual(await ids(books('id, shelves!inner(label)').eq('shelves.label', 'Kitchen')), [1, 2]);
    assert.deepEqual(
      must(await supabase.from('shelves').select('label, books(title)').eq('id', 1).order('title', { referencedTable: 'books', ascending: false })),
      [{ label: 'Kitchen', books: [{ title: 'Soup' }, { title: 'Bread' }] }],
    );
    assert.deepEqual(
      must(await supabase.from('shelves').select('label, books(title)').eq('id', 1).limit(1, { referencedTable: 'books' }).order('id', { referencedTable: 'books' })),
      [{ label: 'Kitchen', books: [{ title: 'Bread' }] }],
    );
    const [bread] = must(await books('title, readers(name), loans(due, readers(name))').eq('id', 1)
      .order('due', { referencedTable: 'loans' }));
    assert.deepEqual(bread.readers.map((reader) => reader.name).sort(), ['Mara', 'Tom']);
    assert.deepEqual(bread.loans[0], { due: '2030-01-10', readers: { name: 'Mara' } });
    assert.deepEqual(must(await books('id, loans(count)').eq('id', 1)), [{ id: 1, loans: [{ count: 2 }] }]);
    assert.deepEqual(must(await books('title, ...shelves(shelf:label)').eq('id', 3)), [{ title: 'Rivers', shelf: 'Window' }]);
    assert.deepEqual(
      must(await books('id, shelves(label)').in('id', [1, 3]).order('shelves(label)', { ascending: false })).map((row) => row.id),
      [3, 1],
    );
    const none = await books('id, nothing(id)');
    assert.deepEqual([none.status, none.error.code], [400, 'PGRST200']);
  });

  test('order, range, counts and heads', async () => {
    const titles = async (query) => must(await query).map((row) => row.id);
    assert.deepEqual(await titles(books().lt('id', 100).order('price', { ascending: true, nullsFirst: true }).order('id')), [4, 2, 1, 3]);
    assert.deepEqual(await titles(books().lt('id', 100).order('price', { ascending: false, nullsFirst: false })), [3, 1, 2, 4]);
    const page = await books('id', { count: 'exact' }).lt('id', 100).order('id').range(1, 2);
    assert.deepEqual([page.status, page.count, page.data.map((row) => row.id)], [206, 4, [2, 3]]);
    const head = await books('*', { count: 'exact', head: true }).lt('id', 100);
    assert.deepEqual([head.count, head.data], [4, null]);
    for (const count of ['planned', 'estimated']) assert.equal(typeof (await books('id', { count })).count, 'number');
    const beyond = await books('id', { count: 'exact' }).lt('id', 100).range(50, 60);
    assert.deepEqual([beyond.status, beyond.error.code], [416, 'PGRST103']);
    assert.deepEqual(must(await books('id').eq('id', 2).limit(1).maybeSingle()), { id: 2 });
    const many = await books('id').lt('id', 100).single();
    assert.deepEqual([many.status, many.error.code], [406, 'PGRST116']);
    assert.match(must(await books('id,title').eq('id', 2).csv()), /^id,title\r?\n2,Soup\s*$/);
    assert.deepEqual(must(await supabase.from('long_books').select('title').order('title')).map((row) => row.title), ['Bread', 'Rivers']);
  });

  test('writes: bulk, defaults, upserts both ways, limits, and what is refused', async () => {
    const bulk = must(await supabase.from('books').insert([{ title: 'One', pages: 1 }, { title: 'Two' }], { defaultToNull: false }).select('title, pages'));
    assert.deepEqual(bulk, [{ title: 'One', pages: 1 }, { title: 'Two', pages: 0 }]);
    const nulls = await supabase.from('books').insert([{ title: 'Three', pages: 1 }, { title: 'Four' }]);
    assert.deepEqual([nulls.status, nulls.error.code], [400, '23502']);
    const silent = await supabase.from('books').insert({ title: 'Five' });
    assert.deepEqual([silent.status, silent.data, silent.error], [201, null, null]);
    const counted = await supabase.from('books').insert({ title: 'Six' }, { count: 'exact' });
    assert.equal(counted.count, 1);

    const merged = must(await supabase.from('books').upsert({ title: 'One', pages: 11 }, { onConflict: 'title' }).select('pages'));
    assert.deepEqual(merged, [{ pages: 11 }]);
    const ignored = must(await supabase.from('books')
      .upsert([{ title: 'One', pages: 12 }, { title: 'Seven', pages: 7 }], { onConflict: 'title', ignoreDuplicates: true }).select('title, pages'));
    assert.deepEqual(ignored, [{ title: 'Seven', pages: 7 }]);
    const clash = await supabase.from('books').insert({ title: 'One' });
    assert.deepEqual([clash.status, clash.error.code], [409, '23505']);
    // Only who may read all rows is told which value there is already.
    assert.match((await admin.from('books').insert({ title: 'One' })).error.details, /already exists/);
    const astray = await supabase.from('books').insert({ title: 'Astray', shelf_id: 99 });
    assert.deepEqual([astray.status, astray.error.code], [409, '23503']);
    const below = await supabase.from('books').update({ pages: -1 }).eq('title', 'One');
    assert.deepEqual([below.status, below.error.code], [400, '23514']);
    const wrong = await supabase.from('books').update({ pages: 'many' }).eq('title', 'One');
    assert.deepEqual([wrong.status, wrong.error.code], [400, '22P02']);
    const column = await supabase.from('books').insert({ title: 'X', colour: 'red' });
    assert.deepEqual([column.status, column.error.code], [400, 'PGRST204']);
    const table = await supabase.from('bookz').select();
    assert.deepEqual([table.status, table.error.code], [404, 'PGRST205']);
    const unknown = await books('colour');
    assert.deepEqual([unknown.status, unknown.error.code], [400, '42703']);

    const moved = await supabase.from('books').update({ shelf_id: 2 }, { count: 'exact' }).in('title', ['One', 'Two']);
    assert.deepEqual([moved.status, moved.count], [204, 2]);
    const tooMany = await supabase.from('books').delete().gt('id', 100).maxAffected(1);
    assert.deepEqual([tooMany.status, tooMany.error.code], [400, 'PGRST124']);
    const all = await supabase.from('books').delete();
    assert.deepEqual([all.status, all.error.code], [400, '21000'], 'a delete without a filter is refused');
    const gone = must(await supabase.from('books').delete().gt('id', 100).select('title, shelves(label)').order('title'));
    assert.deepEqual(gone.map((row) => row.title), ['Five', 'One', 'Seven', 'Six', 'Two']);
    assert.deepEqual(gone[1].shelves, { label: 'Window' });
    const reader = await supabase.from('readers').insert({ id: 3, name: 'Eve' });
    assert.deepEqual([reader.status, reader.error.code], [401, '42501']);
    assert.equal((await admin.from('readers').insert({ id: 3, name: 'Ines' })).error, null);
  });

  test('functions answer with scalars, rows, sets and nothing, and their errors arrive', async () => {
    assert.equal(must(await supabase.rpc('add', { a: 2, b: 3 })), 5);
    assert.equal(must(await supabase.rpc('add', { a: 2 }, { get: true })), 3);
    assert.deepEqual(
      must(await supabase.rpc('books_on', { shelf: 1 }).select('title').gt('pages', 200).order('title')), [{ title: 'Bread' }],
    );
    const counted = await supabase.rpc('books_on', { shelf: 1 }, { count: 'exact', head: true });
    assert.equal(counted.count, 2);
    assert.equal(must(await supabase.rpc('first_book')).title, 'Bread');
    const nothing = await supabase.rpc('nothing');
    assert.deepEqual([nothing.status, nothing.data], [204, null]);
    const refused = await supabase.rpc('refuse', { reason: 'not today' });
    assert.deepEqual([refused.status, refused.error.code, refused.error.message], [400, 'P0001', 'not today']);
    assert.deepEqual([refused.error.details, refused.error.hint], ['as asked', 'ask for less']);
    const unknown = await supabase.rpc('no_such_function', { a: 1 });
    assert.deepEqual([unknown.status, unknown.error.code], [404, 'PGRST202']);
    const other = await client(undefined, { db: { schema: 'private' } }).from('books').select();
    assert.deepEqual([other.status, other.error.code], [406, 'PGRST106']);
  });
});
