"""Accounts and sessions, as the official asynchronous client has them."""

from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

from server import PASSWORD, Suite


class Accounts(Suite):
    async def refused(self, code: str, status: int, call) -> None:
        with self.assertRaises(AuthApiError) as refusal:
            await call
        self.assertEqual((refusal.exception.code, refusal.exception.status), (code, status))

    async def test_sign_up_sign_in_refresh_change_sign_out(self):
        supabase = await self.client()
        events = []
        supabase.auth.on_auth_state_change(lambda event, session: events.append(event))
        signed_up = await supabase.auth.sign_up(
            {
                "email": "ada@py.test",
                "password": PASSWORD,
                "options": {"data": {"username": "ada_py"}},
            }
        )
        self.assertEqual(signed_up.user.email, "ada@py.test")
        self.assertTrue(signed_up.session.access_token)
        credentials = {"email": "ada@py.test", "password": PASSWORD}
        signed_in = await supabase.auth.sign_in_with_password(credentials)
        refreshed = await supabase.auth.refresh_session()
        self.assertNotEqual(refreshed.session.refresh_token, signed_in.session.refresh_token)
        user = (await supabase.auth.get_user()).user
        self.assertEqual(user.user_metadata["username"], "ada_py")
        changed = await supabase.auth.update_user({"data": {"colour": "green"}})
        self.assertEqual(changed.user.user_metadata["colour"], "green")
        claims = (await supabase.auth.get_claims())["claims"]
        self.assertEqual((claims["sub"], claims["role"]), (user.id, "authenticated"))
        identities = await supabase.auth.get_user_identities()
        self.assertEqual([one.provider for one in identities.identities], ["email"])
        await supabase.auth.sign_out()
        self.assertIsNone(await supabase.auth.get_session())
        for event in ["SIGNED_IN", "TOKEN_REFRESHED", "USER_UPDATED", "SIGNED_OUT"]:
            self.assertIn(event, events)

    async def test_what_is_refused_is_recognised(self):
        await self.member("bea_py")
        auth = (await self.client()).auth
        wrong = {"email": "bea_py@compat.test", "password": "nonsense"}
        await self.refused("invalid_credentials", 400, auth.sign_in_with_password(wrong))
        again = {"email": "bea_py@compat.test", "password": PASSWORD}
        await self.refused("user_already_exists", 422, auth.sign_up(again))
        with self.assertRaises(AuthWeakPasswordError) as weak:
            await auth.sign_up({"email": "cid@py.test", "password": "short"})
        self.assertEqual(weak.exception.reasons, ["length"])
        await self.refused("refresh_token_not_found", 400, auth.refresh_session("aaaaaaaaaaaa"))

    async def test_signing_out_ends_this_session_the_others_or_all(self):
        person = await self.member("sam_py")
        credentials = {"email": person.email, "password": PASSWORD}

        async def session():
            supabase = await self.client()
            answer = await supabase.auth.sign_in_with_password(credentials)
            return supabase, answer.session.refresh_token

        async def ended(token):
            auth = (await self.client()).auth
            await self.refused("refresh_token_not_found", 400, auth.refresh_session(token))

        (one, _), (_, second) = await session(), await session()
        await one.auth.sign_out({"scope": "others"})
        await ended(second)
        first = (await one.auth.refresh_session()).session.refresh_token
        other, third = await session()
        await one.auth.sign_out({"scope": "local"})
        await ended(first)
        fourth = (await other.auth.refresh_session()).session.refresh_token
        self.assertNotEqual(third, fourth)
        last, _ = await session()
        await last.auth.sign_out()
        await ended(fourth)

    async def test_a_session_is_set_from_its_tokens(self):
        person = await self.member("sal_py")
        session = await person.supabase.auth.get_session()
        supabase = await self.client()
        answer = await supabase.auth.set_session(session.access_token, session.refresh_token)
        self.assertEqual(answer.user.id, person.id)
        await self.refused("bad_jwt", 403, supabase.auth.get_user(session.access_token[:-4] + "AAAA"))
        rows = await supabase.table("users").select("id").eq("id", person.id).execute()
        self.assertEqual(rows.data, [{"id": person.id}])

    async def test_the_secret_key_administers_accounts(self):
        accounts = (await self.admin()).auth.admin
        made = await accounts.create_user(
            {
                "email": "dan@py.test",
                "password": PASSWORD,
                "email_confirm": True,
                "user_metadata": {"username": "dan_py"},
            }
        )
        self.assertIn("dan@py.test", [user.email for user in await accounts.list_users()])
        self.assertEqual(len(await accounts.list_users(page=1, per_page=1)), 1)
        changed = await accounts.update_user_by_id(made.user.id, {"app_metadata": {"plan": "full"}})
        self.assertEqual(changed.user.app_metadata["plan"], "full")
        found = await accounts.get_user_by_id(made.user.id)
        self.assertEqual(found.user.user_metadata["username"], "dan_py")
        await accounts.delete_user(made.user.id)
        await self.refused("user_not_found", 404, accounts.get_user_by_id(made.user.id))
        visitor = (await self.client()).auth.admin
        await self.refused("not_admin", 403, visitor.list_users())

    async def test_an_anonymous_visitor_stays_the_same_person_on_becoming_a_member(self):
        supabase = await self.client()
        visitor = (await supabase.auth.sign_in_anonymously()).user
        self.assertTrue(visitor.is_anonymous)
        entry = await supabase.table("diary").insert({"body": "who am I?"}).execute()
        self.assertEqual(entry.data[0]["owner_id"], visitor.id)
        wish = {"email": "visitor@py.test", "password": PASSWORD}
        member = (await supabase.auth.update_user(wish)).user
        self.assertEqual((member.id, member.is_anonymous), (visitor.id, False))
