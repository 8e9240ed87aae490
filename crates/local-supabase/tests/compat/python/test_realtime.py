"""Changes, presence and broadcast, as the official asynchronous client hears them."""

import asyncio

import websockets

from server import SERVER, Heard, Suite

DIARY = {"table": "diary"}


async def joined(channel):
    """Joins, or raises what the server said."""
    states = Heard()
    await channel.subscribe(states.hear)
    state, error = await states.next()
    if error:
        raise error
    assert state == "SUBSCRIBED", state
    return channel


def config(**options):
    broadcast = {"ack": options.pop("ack", False), "self": options.pop("own", False)}
    presence = {"key": options.pop("key", ""), "enabled": False}
    return {"config": {"broadcast": broadcast, "presence": presence, "private": options.pop("private", False)}}


class Changes(Suite):
    async def write(self, person, row):
        return (await person.supabase.table("diary").insert(row).execute()).data[0]

    async def until(self, person, changes):
        """What `person` heard before a row that it writes now."""
        row, heard = await self.write(person, {"body": "the end"}), []
        while True:
            data = (await changes.next())["data"]
            if data.get("record", {}).get("id") == row["id"]:
                return heard
            heard.append((data["type"], (data.get("record") or data["old_record"])["id"]))

    async def test_owners_hear_of_their_rows_and_strangers_do_not(self):
        ann, bob = await self.member("ann_py"), await self.member("bob_py")
        eve = await self.member("eve_py")
        anns, *_ = await self.listen(ann.supabase, "diary", DIARY)
        bobs, *_ = await self.listen(bob.supabase, "diary", DIARY)
        eves, *_ = await self.listen(eve.supabase, "diary", DIARY)
        row = await self.write(ann, {"body": "a secret", "mood": 3})
        data = (await anns.next())["data"]
        self.assertEqual(
            (data["schema"], data["table"], data["type"], data["errors"]),
            ("public", "diary", "INSERT", None),
        )
        self.assertEqual(data["record"], {**row, "written_at": "2030-01-01T12:00:00.5+00:00"})
        self.assertEqual(data["columns"][0], {"name": "id", "type": "int8"})
        await ann.supabase.table("diary").update({"mood": 4}).eq("id", row["id"]).execute()
        data = (await anns.next())["data"]
        self.assertEqual((data["type"], data["record"]["mood"]), ("UPDATE", 4))
        self.assertEqual(data["old_record"], {"id": row["id"]})
        his = await self.write(bob, {"body": "mine"})
        await ann.supabase.table("diary").delete().eq("id", row["id"]).execute()
        data = (await anns.next())["data"]
        self.assertEqual((data["type"], data["old_record"]), ("DELETE", {"id": row["id"]}))
        self.assertEqual(await self.until(bob, bobs), [("INSERT", his["id"]), ("DELETE", row["id"])])
        self.assertEqual(await self.until(eve, eves), [("DELETE", row["id"])])

    async def test_a_private_message_reaches_its_two_people_alone(self):
        ann, bob = await self.member("ann_pm_py"), await self.member("bob_pm_py")
        eve = await self.member("eve_pm_py")
        tables = [{"table": "private_messages"}, {"table": "tavern_messages"}]
        bobs, *_ = await self.listen(bob.supabase, "tavern", *tables)
        eves, *_ = await self.listen(eve.supabase, "tavern", *tables)
        whisper = {"recipient_id": bob.id, "body": "not for eve"}
        await ann.supabase.table("private_messages").insert(whisper).execute()
        await ann.supabase.table("tavern_messages").insert({"body": "for all"}).execute()
        self.assertEqual((await bobs.next())["data"]["record"]["body"], "not for eve")
        for changes in (bobs, eves):
            self.assertEqual((await changes.next())["data"]["record"]["body"], "for all")

    async def test_bindings_by_event_filter_and_columns(self):
        ann = await self.member("ann_bind_py")
        high, gone, narrow = Heard(), Heard(), Heard()
        await self.listen(
            ann.supabase,
            "bindings",
            {"event": "INSERT", "table": "diary", "filter": "mood=gte.5", "callback": high.hear},
            {"event": "DELETE", "table": "diary", "callback": gone.hear},
            {"event": "INSERT", "table": "diary", "select": ["mood"], "callback": narrow.hear},
        )
        for mood in (1, 5):
            row = await self.write(ann, {"body": "as it is", "mood": mood})
        await ann.supabase.table("diary").delete().eq("id", row["id"]).execute()
        self.assertEqual((await high.next())["data"]["record"]["body"], "as it is")
        self.assertEqual((await gone.next())["data"]["old_record"], {"id": row["id"]})
        self.assertEqual(high.left, 0)
        await narrow.next()
        self.assertEqual((await narrow.next())["data"]["record"], {"id": row["id"], "mood": 5})
        with self.assertRaisesRegex(Exception, "Please check Realtime is enabled"):
            await self.listen(ann.supabase, "unpublished", {"table": "tombstones"})
        with self.assertRaisesRegex(Exception, "invalid column for filter colour"):
            await self.listen(ann.supabase, "nocolumn", {**DIARY, "filter": "colour=eq.red"})

    async def test_a_refreshed_token_goes_to_the_open_channels(self):
        ann = await self.member("ann_token_py")
        changes, _, system = await self.listen(ann.supabase, "refreshed", DIARY)
        # Within one second a token differs from the last one only by what it says.
        await ann.supabase.auth.update_user({"data": {"mood": "good"}})
        await ann.supabase.auth.refresh_session()
        self.assertEqual((await system.next()).message, "Subscribed to PostgreSQL")
        row = await self.write(ann, {"body": "still here"})
        self.assertEqual((await changes.next())["data"]["record"]["id"], row["id"])


class Channels(Suite):
    async def test_a_client_that_closes_is_answered(self):
        key, address = SERVER["publishable_key"], SERVER["api"].replace("http", "ws", 1)
        socket = await websockets.connect(f"{address}/realtime/v1/websocket?apikey={key}")
        await socket.close(1000, "done")
        # The client takes any other end for a lost connection, and connects again.
        self.assertEqual(socket.close_code, 1000)

    async def test_presence(self):
        ann, bob = await self.member("ann_seat_py"), await self.member("bob_seat_py")
        joins, leaves = Heard(), Heard()
        anns = ann.supabase.channel("seats", config(key="ann"))
        bobs = bob.supabase.channel("seats", config(key="bob"))
        bobs.on_presence_join(joins.hear).on_presence_leave(leaves.hear)
        await joined(bobs)
        await joined(anns)
        await anns.track({"seat": 3})
        key, current, new = await joins.next()
        self.assertEqual((key, current, new[0]["seat"]), ("ann", [], 3))
        self.assertEqual(bobs.presence_state()["ann"][0]["seat"], 3)
        await anns.track({"seat": 4})
        self.assertEqual((await joins.next())[2][0]["seat"], 4)
        self.assertEqual((await leaves.next())[2][0]["seat"], 3)
        await anns.untrack()
        self.assertEqual((await leaves.next())[0], "ann")
        self.assertEqual(bobs.presence_state(), {})
        await anns.track({"seat": 5})
        await joins.next()
        await ann.supabase.remove_all_channels()
        self.assertEqual((await leaves.next())[2][0]["seat"], 5)

    async def test_broadcast_to_others_and_to_oneself(self):
        ann, bob = await self.member("ann_talk_py"), await self.member("bob_talk_py")
        anns, bobs = Heard(), Heard()
        eager = ann.supabase.channel("talk", config(own=True, ack=True)).on_broadcast("typing", anns.hear)
        plain = bob.supabase.channel("talk", config()).on_broadcast("*", bobs.hear)
        await joined(plain)
        await joined(eager)
        await eager.send_broadcast("typing", {"in": "chat"})
        for words in (anns, bobs):
            self.assertEqual((await words.next())["payload"], {"in": "chat"})
        await plain.send_broadcast("typing", {"by": "bob"})
        self.assertEqual((await anns.next())["payload"], {"by": "bob"})
        self.assertEqual(bobs.left, 0)
        acknowledged = asyncio.get_running_loop().create_future()
        push = await eager.push("broadcast", {"type": "broadcast", "event": "typing", "payload": {}})
        push.receive("ok", acknowledged.set_result)
        await asyncio.wait_for(acknowledged, 20)

    async def test_broadcast_over_http(self):
        ann, bob = await self.member("ann_http_py"), await self.member("bob_http_py")
        words = Heard()
        await joined(bob.supabase.channel("news/of the day", config()).on_broadcast("*", words.hear))
        await ann.supabase.channel("news/of the day", config()).http_send("late edition", {"page": 1})
        heard = await words.next()
        self.assertEqual((heard["event"], heard["payload"]), ("late edition", {"page": 1}))

    async def test_private_channels_are_for_their_members(self):
        ann, bob = await self.member("ann_in_py"), await self.member("bob_in_py")
        eve = await self.member("eve_out_py")
        members = [{"topic": "cellar_py", "user_id": one.id, "speaks": one is ann} for one in (ann, bob)]
        await (await self.admin()).table("room_members").insert(members).execute()
        room = lambda person: person.supabase.channel("cellar_py", config(private=True))  # noqa: E731
        words = Heard()
        anns = await joined(room(ann))
        bobs = await joined(room(bob).on_broadcast("word", words.hear))
        with self.assertRaisesRegex(Exception, "Unauthorized: You do not have permissions to read"):
            await joined(room(eve))
        await bobs.send_broadcast("word", {"n": 1})
        await anns.send_broadcast("word", {"n": 2})
        self.assertEqual((await words.next())["payload"], {"n": 2})
