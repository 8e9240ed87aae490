"""Queries, writes and functions, as the official asynchronous client sends them."""

from postgrest.exceptions import APIError

from server import Suite


class Rest(Suite):
    async def asyncSetUp(self):
        self.supabase = await self.client()

    def books(self, columns="id", **options):
        return self.supabase.table("books").select(columns, **options)

    async def refused(self, code: str, query) -> APIError:
        with self.assertRaises(APIError) as refusal:
            await query.execute()
        self.assertEqual(refusal.exception.code, code)
        return refusal.exception

    async def test_every_filter_of_the_client_finds_what_it_says(self):
        books = self.books
        for name, query, expected in [
            ("eq", books().eq("title", "Soup"), [2]),
            ("neq", books().neq("title", "Soup"), [1, 3, 4]),
            ("gt", books().gt("pages", 320), [3]),
            ("gte", books().gte("pages", 320), [1, 3]),
            ("lt", books().lt("pages", 120), [4]),
            ("lte", books().lte("pages", 120), [2, 4]),
            ("like", books().like("title", "%o%"), [2, 4]),
            ("ilike", books().ilike("title", "b%"), [1]),
            ("like_all_of", books().like_all_of("title", "%r%,%e%"), [1, 3]),
            ("like_any_of", books().like_any_of("title", "S%,K%"), [2, 4]),
            ("ilike_all_of", books().ilike_all_of("title", "R%,%S"), [3]),
            ("ilike_any_of", books().ilike_any_of("title", "s%,k%"), [2, 4]),
            ("is null", books().is_("subtitle", "null"), [2, 4]),
            ("is true", books().is_("available", True), [1, 4]),
            ("not is null", books().not_.is_("subtitle", "null"), [1, 3]),
            ("in", books().in_("title", ["Soup", "Knots", "a,b", 'with "quotes"']), [2, 4]),
            ("contains, array", books().contains("tags", ["food"]), [1, 2]),
            ("contains, json", books().contains("meta", {"lang": "en"}), [1, 2]),
            ("contained_by", books().contained_by("tags", ["food", "baking"]), [1, 2, 4]),
            ("overlaps", books().overlaps("tags", ["maps", "baking"]), [1, 3]),
            ("range_gt", books().range_gt("lent", (1, 9)), [2]),
            ("range_gte", books().range_gte("lent", (2, 12)), [2, 4]),
            ("range_lt", books().range_lt("lent", (11, 13)), [1]),
            ("range_adjacent", books().range_adjacent("lent", (19, 25)), [2]),
            ("fts", books().fts("subtitle", "'walk' & 'water'"), [3]),
            ("plfts", books().plfts("subtitle", "loaves rise"), [1]),
            ("phfts", books().phfts("subtitle", "long walks"), [3]),
            ("wfts", books().wfts("subtitle", "walks or loaves"), [1, 3]),
            ("match", books().match({"title": "Soup", "pages": 120}), [2]),
            ("or", books().or_("pages.gt.400,and(pages.lt.130,tags.cs.{food})"), [2, 3]),
            ("json path", books().eq("meta->>lang", "de"), [3]),
        ]:
            with self.subTest(name):
                answer = await query.lt("id", 100).order("id").execute()
                self.assertEqual([row["id"] for row in answer.data], expected)

    async def test_columns_and_embedding(self):
        one = await self.books("name:title, pages::text, meta->>lang, tags").eq("id", 1).execute()
        self.assertEqual(
            one.data, [{"name": "Bread", "pages": "320", "lang": "en", "tags": ["baking", "food"]}]
        )
        shelf = await self.books("title, shelf:shelves(label)").in_("id", [3, 4]).order("id").execute()
        self.assertEqual(
            shelf.data,
            [{"title": "Rivers", "shelf": {"label": "Window"}}, {"title": "Knots", "shelf": None}],
        )
        kitchen = self.books("id, shelves!inner(label)").eq("shelves.label", "Kitchen").order("id")
        self.assertEqual([row["id"] for row in (await kitchen.execute()).data], [1, 2])
        shelves = self.supabase.table("shelves").select("label, books(title)").eq("id", 1)
        shelves = shelves.order("title", foreign_table="books", desc=True)
        self.assertEqual(
            (await shelves.limit(1, foreign_table="books").execute()).data,
            [{"label": "Kitchen", "books": [{"title": "Soup"}]}],
        )
        readers = await self.books("readers(name), loans(count)").eq("id", 1).single().execute()
        self.assertEqual(sorted(one["name"] for one in readers.data["readers"]), ["Mara", "Tom"])
        self.assertEqual(readers.data["loans"], [{"count": 2}])

    async def test_order_range_count_and_single(self):
        cheap = self.books().lt("id", 100).order("price", nullsfirst=True).order("id")
        self.assertEqual([row["id"] for row in (await cheap.execute()).data], [4, 2, 1, 3])
        page = await self.books("id", count="exact").lt("id", 100).order("id").range(1, 2).execute()
        self.assertEqual((page.count, [row["id"] for row in page.data]), (4, [2, 3]))
        head = await self.books("*", count="exact", head=True).lt("id", 100).execute()
        self.assertEqual(head.count, 4)
        self.assertEqual((await self.books().eq("id", 2).single().execute()).data, {"id": 2})
        self.assertIsNone(await self.books().eq("id", 0).maybe_single().execute())
        await self.refused("PGRST116", self.books().lt("id", 100).single())
        csv = (await self.books("id,title").eq("id", 2).csv().execute()).data
        self.assertEqual(csv.split(), ["id,title", "2,Soup"])

    async def test_writes_and_what_is_refused(self):
        table = lambda: self.supabase.table("books")  # noqa: E731
        made = await table().insert([{"title": "Py one", "pages": 1}, {"title": "Py two", "pages": 2}]).execute()
        self.assertEqual([row["pages"] for row in made.data], [1, 2])
        bulk = [{"title": "Py three", "pages": 3}, {"title": "Py four"}]
        filled = await table().insert(bulk, default_to_null=False).execute()
        self.assertEqual([row["pages"] for row in filled.data], [3, 0])
        quiet = await table().insert({"title": "Py five"}, returning="minimal").execute()
        self.assertEqual(quiet.data, [])
        merged = await table().upsert({"title": "Py one", "pages": 11}, on_conflict="title").execute()
        self.assertEqual(merged.data[0]["pages"], 11)
        ignored = await table().upsert(
            {"title": "Py one", "pages": 12}, on_conflict="title", ignore_duplicates=True
        ).execute()
        self.assertEqual(ignored.data, [])
        changed = await table().update({"shelf_id": 2}, count="exact").like("title", "Py %").execute()
        self.assertEqual((changed.count, len(changed.data)), (5, 5))

        await self.refused("23505", table().insert({"title": "Py one"}))
        # Only who may read all rows is told which value there is already.
        clash = (await self.admin()).table("books").insert({"title": "Py one"})
        self.assertIn("already exists", (await self.refused("23505", clash)).details)
        await self.refused("23503", table().insert({"title": "Py x", "shelf_id": 99}))
        await self.refused("23514", table().update({"pages": -1}).eq("title", "Py one"))
        await self.refused("22P02", table().update({"pages": "many"}).eq("title", "Py one"))
        await self.refused("PGRST204", table().insert({"title": "Py x", "colour": "red"}))
        await self.refused("PGRST205", self.supabase.table("bookz").select("*"))
        await self.refused("42703", self.books("colour"))
        await self.refused("42501", self.supabase.table("readers").insert({"id": 9, "name": "Eve"}))
        await self.refused("PGRST124", table().delete().like("title", "Py %").max_affected(1))
        await self.refused("21000", table().delete())
        gone = await table().delete(count="exact").like("title", "Py %").execute()
        self.assertEqual((gone.count, len(gone.data)), (5, 5))

    async def test_functions(self):
        rpc = self.supabase.rpc
        self.assertEqual((await rpc("add", {"a": 2, "b": 3}).execute()).data, 5)
        self.assertEqual((await rpc("add", {"a": 2}, get=True).execute()).data, 3)
        found = await rpc("books_on", {"shelf": 1}).select("title").gt("pages", 200).execute()
        self.assertEqual(found.data, [{"title": "Bread"}])
        self.assertEqual((await rpc("books_on", {"shelf": 1}, count="exact", head=True).execute()).count, 2)
        refusal = await self.refused("P0001", rpc("refuse", {"reason": "not today"}))
        self.assertEqual((refusal.message, refusal.details, refusal.hint), ("not today", "as asked", "ask for less"))
        await self.refused("PGRST202", rpc("no_such_function", {"a": 1}))
        await self.refused("PGRST106", self.supabase.schema("private").table("books").select("*"))

    async def test_the_tavern_is_its_members_alone(self):
        ann, eve = await self.member("ann_rest_py"), await self.member("eve_rest_py")
        bob = await self.member("bob_rest_py")
        await self.refused("42501", self.supabase.table("tavern_messages").select("*"))
        whisper = {"recipient_id": bob.id, "body": "psst"}
        await ann.supabase.table("private_messages").insert(whisper).execute()
        for person, seen in [(ann, 1), (bob, 1), (eve, 0)]:
            rows = await person.supabase.table("private_messages").select("body").execute()
            self.assertEqual(len(rows.data), seen)
        all_of_it = (await ann.supabase.rpc("sync").execute()).data
        self.assertTrue(all_of_it["complete"])
        said = await ann.supabase.table("tavern_messages").insert({"body": "late"}).execute()
        later = (await ann.supabase.rpc("sync", {"cursor": all_of_it["cursor"]}).execute()).data
        self.assertIn(said.data[0]["id"], [row["id"] for row in later["rows"]["tavern_messages"]])
