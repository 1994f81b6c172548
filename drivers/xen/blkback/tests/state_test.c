// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../state.h"

/* Short names for the tables. */
#define FIRST_STATE XenbusStateUnknown
#define LAST_STATE XenbusStateReconfigured
#define NR_STATES (LAST_STATE + 1)

#define DEV BLKBACK_HAS_DEVICE
#define ON BLKBACK_ONLINE
#define CONN BLKBACK_CONNECTED

#define NOTHING 0
#define ALL_ACTIONS \
	(BLKBACK_DISCONNECT | BLKBACK_CONNECT | BLKBACK_SWITCH | BLKBACK_UNREGISTER)

#define NR_SITUATIONS (NR_STATES * NR_STATES * BLKBACK_CONDITIONS)

/* Situation number @index; all of them are numbered. */
static struct blkback_situation situation(unsigned int index)
{
	struct blkback_situation now = {
		.conditions = index % BLKBACK_CONDITIONS,
		.frontend = index / BLKBACK_CONDITIONS % NR_STATES,
		.backend = index / BLKBACK_CONDITIONS / NR_STATES,
	};

	return now;
}

static unsigned int situation_index(const struct blkback_situation *now)
{
	return (now->backend * NR_STATES + now->frontend) * BLKBACK_CONDITIONS + now->conditions;
}

/* What holds after a driver did what it was told, and all of it worked. */
static struct blkback_situation obey(const struct blkback_situation *now,
				     const struct blkback_transition *told)
{
	struct blkback_situation then = *now;

	if (told->actions & BLKBACK_DISCONNECT)
		then.conditions &= ~CONN;
	if (told->actions & BLKBACK_CONNECT)
		then.conditions |= CONN;
	if (told->actions & BLKBACK_SWITCH)
		then.backend = told->next;
	return then;
}

struct rule_row {
	const char *name;
	enum blkback_event event;
	enum xenbus_state backend, frontend;
	unsigned int conditions;
	unsigned int actions;	/* without BLKBACK_SWITCH: that is implied by next */
	enum xenbus_state next;
};

#define ROW(what, state, other, has) \
	.event = BLKBACK_EVENT_##what, .backend = XenbusState##state, \
	.frontend = XenbusState##other, .conditions = has
#define THEN(what, state) .actions = what, .next = XenbusState##state
#define DISCONNECT BLKBACK_DISCONNECT
#define CONNECT BLKBACK_CONNECT
#define UNREGISTER BLKBACK_UNREGISTER

static const struct rule_row rule_rows[] = {
	/* Beginning */
	{ "probe", ROW(PROBE, Initialising, Initialising, ON), THEN(NOTHING, InitWait) },
	{ "probe with the device there", ROW(PROBE, Initialising, Initialised, ON | DEV),
	  THEN(NOTHING, InitWait) },
	{ "probe after an unbind", ROW(PROBE, Connected, Connected, ON),
	  THEN(NOTHING, InitWait) },
	{ "device before the frontend", ROW(DEVICE, InitWait, Initialising, ON | DEV),
	  THEN(NOTHING, InitWait) },
	{ "frontend before the device", ROW(FRONTEND, InitWait, Initialised, ON),
	  THEN(NOTHING, InitWait) },
	{ "device after the frontend", ROW(DEVICE, InitWait, Initialised, ON | DEV),
	  THEN(CONNECT, Connected) },
	{ "device after a hasty frontend", ROW(DEVICE, InitWait, Connected, ON | DEV),
	  THEN(CONNECT, Connected) },
	{ "frontend after the device", ROW(FRONTEND, InitWait, Initialised, ON | DEV),
	  THEN(CONNECT, Connected) },
	{ "frontend that skips Initialised", ROW(FRONTEND, InitWait, Connected, ON | DEV),
	  THEN(CONNECT, Connected) },
	{ "frontend not ready", ROW(FRONTEND, InitWait, Initialising, ON | DEV),
	  THEN(NOTHING, InitWait) },
	{ "device while closed", ROW(DEVICE, Closed, Closed, ON | DEV), THEN(NOTHING, Closed) },
	{ "device twice", ROW(DEVICE, Connected, Connected, ON | DEV | CONN),
	  THEN(NOTHING, Connected) },

	/* Running */
	{ "frontend follows", ROW(FRONTEND, Connected, Connected, ON | DEV | CONN),
	  THEN(NOTHING, Connected) },
	{ "frontend repeats itself", ROW(FRONTEND, Connected, Initialised, ON | DEV | CONN),
	  THEN(NOTHING, Connected) },
	{ "frontend reconfigures", ROW(FRONTEND, Connected, Reconfiguring, ON | DEV | CONN),
	  THEN(NOTHING, Connected) },
	{ "frontend waits", ROW(FRONTEND, Connected, InitWait, ON | DEV | CONN),
	  THEN(NOTHING, Connected) },

	/* Closing */
	{ "frontend wants to close", ROW(FRONTEND, Connected, Closing, ON | DEV | CONN),
	  THEN(NOTHING, Closing) },
	{ "it still uses its disk", ROW(FRONTEND, Closing, Closing, ON | DEV | CONN),
	  THEN(NOTHING, Closing) },
	{ "frontend closed", ROW(FRONTEND, Closing, Closed, ON | DEV | CONN),
	  THEN(DISCONNECT, Closed) },
	{ "frontend closed at once", ROW(FRONTEND, Connected, Closed, ON | DEV | CONN),
	  THEN(DISCONNECT, Closed) },
	{ "frontend closed before it connected", ROW(FRONTEND, InitWait, Closed, ON),
	  THEN(NOTHING, Closed) },
	{ "it says so again", ROW(FRONTEND, Closed, Closed, ON | DEV), THEN(NOTHING, Closed) },
	{ "closed for good", ROW(FRONTEND, Connected, Closed, DEV | CONN),
	  THEN(DISCONNECT | UNREGISTER, Closed) },
	{ "closed for good, closed already", ROW(FRONTEND, Closed, Closed, DEV),
	  THEN(UNREGISTER, Closed) },
	{ "late wish to close", ROW(FRONTEND, Closed, Closing, ON | DEV),
	  THEN(NOTHING, Closed) },
	{ "frontend's folder gone", ROW(FRONTEND, Connected, Unknown, ON | DEV | CONN),
	  THEN(DISCONNECT | UNREGISTER, Closed) },
	{ "gone before it came", ROW(FRONTEND, InitWait, Unknown, ON),
	  THEN(UNREGISTER, Closed) },
	{ "gone after a close", ROW(FRONTEND, Closed, Unknown, ON | DEV),
	  THEN(UNREGISTER, Closed) },

	/* Once more */
	{ "again after a close", ROW(FRONTEND, Closed, Initialising, ON | DEV),
	  THEN(NOTHING, InitWait) },
	{ "ready after a close", ROW(FRONTEND, Closed, Initialised, ON | DEV),
	  THEN(CONNECT, Connected) },
	{ "ready after a close, device gone", ROW(FRONTEND, Closed, Initialised, ON),
	  THEN(NOTHING, InitWait) },
	{ "close not seen", ROW(FRONTEND, Connected, Initialising, ON | DEV | CONN),
	  THEN(DISCONNECT, InitWait) },
	{ "close not seen, only the wish", ROW(FRONTEND, Closing, Initialising, ON | DEV | CONN),
	  THEN(DISCONNECT, InitWait) },
	{ "close not seen, ready again", ROW(FRONTEND, Closing, Initialised, ON | DEV | CONN),
	  THEN(DISCONNECT | CONNECT, Connected) },
	{ "close not seen, and it was the last",
	  ROW(FRONTEND, Connected, Initialising, DEV | CONN),
	  THEN(DISCONNECT | UNREGISTER, Closed) },

	/* Failure */
	{ "connect failed", ROW(FAILED, InitWait, Initialised, ON | DEV), THEN(NOTHING, Closing) },
	{ "reconnect failed", ROW(FAILED, Closed, Initialised, ON | DEV), THEN(NOTHING, Closed) },
	{ "ring broken", ROW(FAILED, Connected, Connected, ON | DEV | CONN),
	  THEN(DISCONNECT, Closing) },
	{ "ring broken while closing", ROW(FAILED, Closing, Closing, ON | DEV | CONN),
	  THEN(DISCONNECT, Closing) },
	{ "device cannot be opened", ROW(FAILED, InitWait, Initialising, ON),
	  THEN(NOTHING, Closing) },
	{ "after it: frontend did not notice yet", ROW(FRONTEND, Closing, Connected, ON | DEV),
	  THEN(NOTHING, Closing) },
	{ "after it: no way back without a close", ROW(FRONTEND, Closing, Initialised, ON | DEV),
	  THEN(NOTHING, Closing) },
	{ "after it: frontend waits still", ROW(FRONTEND, Closing, Initialising, ON),
	  THEN(NOTHING, Closing) },
	{ "after it: close", ROW(FRONTEND, Closing, Closed, ON | DEV), THEN(NOTHING, Closed) },

	/* Removal */
	{ "removed while connected", ROW(REMOVE, Connected, Connected, ON | DEV | CONN),
	  THEN(DISCONNECT, Connected) },
	{ "removed while closing", ROW(REMOVE, Closing, Closing, DEV | CONN),
	  THEN(DISCONNECT, Closing) },
	{ "removed before anything", ROW(REMOVE, InitWait, Initialising, ON),
	  THEN(NOTHING, InitWait) },
};

static void describe_rule(const struct rule_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rule, rule_rows, describe_rule);

static void blkback_state_test_rule(struct kunit *test)
{
	const struct rule_row *row = test->param_value;
	const struct blkback_situation now = {
		.backend = row->backend, .frontend = row->frontend,
		.conditions = row->conditions,
	};
	const struct blkback_transition told = blkback_state_next(row->event, &now);

	KUNIT_EXPECT_EQ(test, told.next, row->next);
	KUNIT_EXPECT_EQ(test, told.actions & ~BLKBACK_SWITCH, row->actions);
	KUNIT_EXPECT_EQ(test, !!(told.actions & BLKBACK_SWITCH), row->next != row->backend);
}

/*
 * Of every combination of event, states and conditions. Each check counts
 * what breaks it, lest one mistake print thousands of lines.
 */
static void blkback_state_test_every_answer_makes_sense(struct kunit *test)
{
	unsigned int event, i, undefined = 0, silent = 0, twice = 0, pointless = 0, leaked = 0;

	for (event = 0; event < BLKBACK_EVENTS; event++) {
		for (i = 0; i < NR_SITUATIONS; i++) {
			const struct blkback_situation now = situation(i);
			const struct blkback_transition told = blkback_state_next(event, &now);
			bool connected = now.conditions & CONN;

			undefined += told.next > LAST_STATE || told.actions & ~ALL_ACTIONS;
			silent += !(told.actions & BLKBACK_SWITCH) != (told.next == now.backend);
			twice += connected && told.actions & CONNECT &&
				 !(told.actions & DISCONNECT);
			pointless += !connected && told.actions & DISCONNECT;
			leaked += connected && told.actions & UNREGISTER &&
				  !(told.actions & DISCONNECT);
			leaked += connected && event == BLKBACK_EVENT_REMOVE &&
				  !(told.actions & DISCONNECT);
		}
	}
	KUNIT_EXPECT_EQ(test, undefined, 0);
	KUNIT_EXPECT_EQ(test, silent, 0);
	KUNIT_EXPECT_EQ(test, twice, 0);
	KUNIT_EXPECT_EQ(test, pointless, 0);
	KUNIT_EXPECT_EQ(test, leaked, 0);
}

static void blkback_state_test_connect_needs_both_ends(struct kunit *test)
{
	unsigned int event, i, wrong = 0, connects = 0;

	for (event = 0; event < BLKBACK_EVENTS; event++) {
		for (i = 0; i < NR_SITUATIONS; i++) {
			const struct blkback_situation now = situation(i);
			const struct blkback_transition told = blkback_state_next(event, &now);
			bool ready = now.frontend == XenbusStateInitialised ||
				     now.frontend == XenbusStateConnected;

			if (!(told.actions & CONNECT)) {
				wrong += told.actions & BLKBACK_SWITCH &&
					 told.next == XenbusStateConnected;
				continue;
			}
			connects++;
			wrong += !ready || !(now.conditions & DEV) ||
				 told.next != XenbusStateConnected ||
				 told.actions & UNREGISTER;
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_NE(test, connects, 0);
}

static void blkback_state_test_unregister_only_at_the_end(struct kunit *test)
{
	unsigned int event, i, wrong = 0;

	for (event = 0; event < BLKBACK_EVENTS; event++) {
		for (i = 0; i < NR_SITUATIONS; i++) {
			const struct blkback_situation now = situation(i);
			const struct blkback_transition told = blkback_state_next(event, &now);

			if (told.actions & UNREGISTER)
				wrong += event != BLKBACK_EVENT_FRONTEND ||
					 (now.conditions & ON &&
					  now.frontend != XenbusStateUnknown);
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* A watch that fires twice for one change does nothing the second time. */
static void blkback_state_test_repeated_watch_is_harmless(struct kunit *test)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < NR_SITUATIONS; i++) {
		const struct blkback_situation now = situation(i);
		struct blkback_transition told = blkback_state_next(BLKBACK_EVENT_FRONTEND, &now);
		struct blkback_situation then = obey(&now, &told);

		if (told.actions & UNREGISTER)
			continue;
		told = blkback_state_next(BLKBACK_EVENT_FRONTEND, &then);
		wrong += told.actions != 0;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void blkback_state_test_numbers_that_are_no_state(struct kunit *test)
{
	static const int numbers[] = { -1, -0x7fffffff - 1, 9, 31, 32, 64, 77, 0x7fffffff };
	unsigned int i, backend, conditions;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		for (backend = FIRST_STATE; backend < NR_STATES; backend++) {
			for (conditions = 0; conditions < BLKBACK_CONDITIONS; conditions++) {
				const struct blkback_situation now = {
					.backend = backend, .conditions = conditions,
					.frontend = (enum xenbus_state)numbers[i],
				};
				const struct blkback_transition told =
					blkback_state_next(BLKBACK_EVENT_FRONTEND, &now);

				KUNIT_ASSERT_EQ(test, told.actions, 0);
				KUNIT_ASSERT_EQ(test, told.next, backend);
			}
		}
	}
}

static void blkback_state_test_event_that_is_none(struct kunit *test)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < NR_SITUATIONS; i++) {
		const struct blkback_situation now = situation(i);

		wrong += blkback_state_next(BLKBACK_EVENTS, &now).actions != 0;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Marks everything that can follow from @now; true if something is new. */
static bool explore_from(u8 *reached, struct blkback_situation now)
{
	bool found = false;
	unsigned int event, frontend, conditions;

	for (event = BLKBACK_EVENT_FRONTEND; event < BLKBACK_EVENTS; event++) {
		struct blkback_situation seen = now;
		struct blkback_transition told;
		struct blkback_situation then;

		if (event == BLKBACK_EVENT_DEVICE)
			seen.conditions |= DEV;
		told = blkback_state_next(event, &seen);
		then = obey(&seen, &told);
		if (event == BLKBACK_EVENT_REMOVE || told.actions & UNREGISTER)
			continue;

		/* By then the guest and the toolstack may have done anything. */
		for (frontend = FIRST_STATE; frontend < NR_STATES; frontend++) {
			for (conditions = 0; conditions < 2; conditions++) {
				then.frontend = frontend;
				then.conditions &= ~ON;
				then.conditions |= conditions ? ON : 0;
				found |= !reached[situation_index(&then)];
				reached[situation_index(&then)] = 1;
			}
		}
	}
	return found;
}

/* All situations that a driver that obeys can get into. */
static u8 *explore(struct kunit *test)
{
	struct blkback_situation now = {
		.backend = XenbusStateInitialising, .frontend = XenbusStateInitialising,
		.conditions = ON,
	};
	const struct blkback_transition told = blkback_state_next(BLKBACK_EVENT_PROBE, &now);
	u8 *reached = kunit_kzalloc(test, NR_SITUATIONS, GFP_KERNEL);
	bool found = true;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, reached);
	now = obey(&now, &told);
	reached[situation_index(&now)] = 1;
	while (found) {
		found = false;
		for (i = 0; i < NR_SITUATIONS; i++)
			found |= reached[i] && explore_from(reached, situation(i));
	}
	return reached;
}

static void blkback_state_test_connected_means_connected(struct kunit *test)
{
	u8 *reached = explore(test);
	unsigned int i, wrong = 0, count = 0;

	for (i = 0; i < NR_SITUATIONS; i++) {
		const struct blkback_situation now = situation(i);
		bool connected = now.conditions & CONN;

		if (!reached[i])
			continue;
		count++;
		wrong += connected && now.backend != XenbusStateConnected &&
			 now.backend != XenbusStateClosing;
		wrong += !connected && now.backend == XenbusStateConnected;
		wrong += connected && !(now.conditions & DEV);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	/* InitWait, Connected, Closing and Closed at least. */
	KUNIT_EXPECT_TRUE(test, count > 4 * NR_STATES);
}

/* Wherever we are, a frontend that closes an offline device ends it. */
static void blkback_state_test_offline_and_closed_ends(struct kunit *test)
{
	u8 *reached = explore(test);
	unsigned int i, wrong = 0;

	for (i = 0; i < NR_SITUATIONS; i++) {
		struct blkback_situation now = situation(i);
		struct blkback_transition told;

		if (!reached[i])
			continue;
		now.conditions &= ~ON;
		now.frontend = XenbusStateClosed;
		told = blkback_state_next(BLKBACK_EVENT_FRONTEND, &now);
		wrong += !(told.actions & UNREGISTER) || told.next != XenbusStateClosed ||
			 obey(&now, &told).conditions & CONN;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Wherever we are, a frontend that closes and comes back is served again. */
static void blkback_state_test_close_and_start_reconnects(struct kunit *test)
{
	static const enum xenbus_state steps[] = {
		XenbusStateClosed, XenbusStateInitialising, XenbusStateInitialised,
	};
	u8 *reached = explore(test);
	unsigned int i, step, wrong = 0;

	for (i = 0; i < NR_SITUATIONS; i++) {
		struct blkback_situation now = situation(i);

		if (!reached[i])
			continue;
		now.conditions |= DEV | ON;
		for (step = 0; step < ARRAY_SIZE(steps); step++) {
			struct blkback_transition told;

			now.frontend = steps[step];
			told = blkback_state_next(BLKBACK_EVENT_FRONTEND, &now);
			now = obey(&now, &told);
		}
		wrong += now.backend != XenbusStateConnected || !(now.conditions & CONN);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* What a driver went through, as letters: D, C, U and the digit of a state. */
struct story_row {
	const char *name;
	const char *events;	/* of events, o: goes offline; digits: frontend */
	unsigned int conditions;
	const char *actions;
};

static const struct story_row story_rows[] = {
	{ "attach, device first", "pd1134", ON, "2C4" },
	{ "attach, frontend first", "p13d4", ON, "2C4" },
	{ "attach and detach", "pd34o56", ON, "2C45D6U" },
	{ "attach and destroy", "pd340", ON, "2C4D6U" },
	{ "driver restarts in the guest", "pd3456134", ON, "2C45D62C4" },
	{ "the same, only the ends seen", "pd346134", ON, "2C4D62C4" },
	{ "the same, too fast to see", "pd34134", ON, "2C4D2C4" },
	{ "frontend like the small ones", "pd14561456", ON, "2C45D62C45D6" },
	{ "broken ring, guest recovers", "pd34f56134", ON, "2C4D562C4" },
	{ "broken ring, guest insists", "pd34f43434", ON, "2C4D5" },
	{ "detach while in use", "pd34o55556", ON, "2C45D6U" },
	{ "unbind and bind", "pd34rpd4", ON, "2C4D2C4" },
	{ "everything twice", "pdd33445566", ON, "2C45D6" },
	{ "states that mean nothing", "pd27832784", ON, "2C4" },
};

static void describe_story(const struct story_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(story, story_rows, describe_story);

static char *write_down(char *at, const struct blkback_transition *told)
{
	if (told->actions & DISCONNECT)
		*at++ = 'D';
	if (told->actions & CONNECT)
		*at++ = 'C';
	if (told->actions & BLKBACK_SWITCH)
		*at++ = '0' + told->next;
	if (told->actions & UNREGISTER)
		*at++ = 'U';
	return at;
}

static void blkback_state_test_story(struct kunit *test)
{
	const struct story_row *row = test->param_value;
	struct blkback_situation now = {
		.backend = XenbusStateInitialising, .frontend = XenbusStateInitialising,
		.conditions = row->conditions,
	};
	char actions[64] = "", *at = actions;
	const char *letter;

	for (letter = row->events; *letter; letter++) {
		enum blkback_event event = BLKBACK_EVENT_FRONTEND;
		struct blkback_transition told;

		switch (*letter) {
		case 'p':
			event = BLKBACK_EVENT_PROBE;
			break;
		case 'd':
			event = BLKBACK_EVENT_DEVICE;
			now.conditions |= DEV;
			break;
		case 'f':
			event = BLKBACK_EVENT_FAILED;
			break;
		case 'r':
			event = BLKBACK_EVENT_REMOVE;
			break;
		case 'o':
			now.conditions &= ~ON;
			continue;
		default:
			now.frontend = *letter - '0';
			break;
		}
		told = blkback_state_next(event, &now);
		at = write_down(at, &told);
		now = obey(&now, &told);
		if (event == BLKBACK_EVENT_REMOVE)
			now.conditions &= ~DEV;
	}
	KUNIT_EXPECT_STREQ(test, actions, row->actions);
}

static struct kunit_case blkback_state_cases[] = {
	KUNIT_CASE_PARAM(blkback_state_test_rule, rule_gen_params),
	KUNIT_CASE(blkback_state_test_every_answer_makes_sense),
	KUNIT_CASE(blkback_state_test_connect_needs_both_ends),
	KUNIT_CASE(blkback_state_test_unregister_only_at_the_end),
	KUNIT_CASE(blkback_state_test_repeated_watch_is_harmless),
	KUNIT_CASE(blkback_state_test_numbers_that_are_no_state),
	KUNIT_CASE(blkback_state_test_event_that_is_none),
	KUNIT_CASE(blkback_state_test_connected_means_connected),
	KUNIT_CASE(blkback_state_test_offline_and_closed_ends),
	KUNIT_CASE(blkback_state_test_close_and_start_reconnects),
	KUNIT_CASE_PARAM(blkback_state_test_story, story_gen_params),
	{}
};

static struct kunit_suite blkback_state_suite = {
	.name = "blkback_state",
	.test_cases = blkback_state_cases,
};

kunit_test_suite(blkback_state_suite);
