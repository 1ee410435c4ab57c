import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, AppShell, Box, Group, Menu, NavLink, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconKeyboard, IconLogout, IconSearch } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo } from "react";
import { accountsChangeMe } from "@/shared/api/generated/accounts";
import { useKeys } from "@/shared/keyboard/keyboard";
import { type Language, speak } from "@/shared/language/language";
import { LiveProvider, useHear } from "@/shared/live/live-provider";
import type { Me } from "@/shared/session/me";
import { ME, signOut, useMe } from "@/shared/session/session";
import { PhoneProvider } from "@/shared/softphone/phone-provider";
import { Key } from "@/shared/ui/key";
import { LanguageChoice } from "@/shared/ui/language-choice";
import { roomsOf } from "../rooms";
import classes from "./app-frame.module.css";
import { OfflineBanner } from "./offline-banner";
import { Ribbon } from "./ribbon";
import { SchemeSwitch } from "./scheme-switch";

// Neither is needed to see the first page; both come while the person reads it.
const Palette = lazy(() => import("./palette").then((part) => ({ default: part.Palette })));
const ShortcutSheet = lazy(() => import("./shortcut-sheet").then((part) => ({ default: part.ShortcutSheet })));

async function openPalette(): Promise<void> {
  const part = await import("./palette");
  part.openPalette();
}

/** What stands around every room once somebody is signed in. */
export function AppFrame() {
  return (
    <LiveProvider>
      <PhoneProvider>
        <Frame />
      </PhoneProvider>
    </LiveProvider>
  );
}

function Frame() {
  const me = useMe();
  const { i18n, t } = useLingui();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [keysOpen, keys] = useDisclosure(false);

  const rooms = roomsOf(me);
  // At the desk the stage belongs to the call: the rooms step back to their icons.
  const narrow = path.startsWith("/desk");
  const ribbon = me.world.kind === "made_up" || !me.world.telephone_line;

  // The user's own choice wins over what the browser prefers. A switch made here goes into `me` first.
  useEffect(() => {
    void speak(me.language);
  }, [me.language]);

  async function leave(): Promise<void> {
    await signOut();
    queries.clear();
    await navigate({ to: "/sign-in" });
  }

  useHear((message) => {
    if (message.type === "signed_out") {
      queries.setQueryData(ME, null);
      void navigate({ to: "/sign-in", search: { reason: "ended" } });
    }
  });

  /** At once here; whoever asked the server before it knew must not bring the old one back. */
  async function keepLanguage(language: Language): Promise<void> {
    await queries.cancelQueries({ queryKey: ME });
    queries.setQueryData<Me>(ME, { ...me, language });
    await accountsChangeMe({ language }).catch(() => undefined);
    await queries.invalidateQueries(); // The server's sentences are in a language, too.
  }

  useKeys(useMemo(() => [{ key: "?", label: msg`Show the keys of this screen`, run: keys.open }], [keys.open]));

  return (
    <AppShell
      header={{ height: 52 + (ribbon ? 32 : 0) }}
      navbar={{ width: narrow ? 60 : 208, breakpoint: "sm", collapsed: { mobile: true, desktop: rooms.length < 2 } }}
      padding="md"
    >
      <a className="skip-link" href="#main">
        <Trans>Skip to the content</Trans>
      </a>
      <AppShell.Header className={classes.header}>
        <Ribbon world={me.world} />
        <Group className={classes.bar} justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <img alt="" height={26} src="/favicon.svg" width={26} />
            <Text component={Link} to="/" className={classes.brand}>
              Ahize
            </Text>
            <Text c="dimmed" size="sm" truncate visibleFrom="sm">
              {me.tenant.name}
            </Text>
          </Group>
          <UnstyledButton className={classes.find} onClick={() => void openPalette()} visibleFrom="sm">
            <IconSearch aria-hidden size={16} />
            <Text c="dimmed" size="sm">
              <Trans>Find anything</Trans>
            </Text>
            <Text c="dimmed" component="span" ml="auto" size="sm">
              <Key name="Ctrl" /> <Key name="K" />
            </Text>
          </UnstyledButton>
          <Group gap={6} wrap="nowrap">
            <Tooltip label={t`Keys on this screen`}>
              <ActionIcon aria-label={t`Keys on this screen`} onClick={keys.open} size="lg" variant="subtle">
                <IconKeyboard size={18} />
              </ActionIcon>
            </Tooltip>
            <SchemeSwitch />
            <LanguageChoice onChange={(language) => void keepLanguage(language)} />
            <Menu position="bottom-end">
              <Menu.Target>
                <UnstyledButton className={classes.person}>
                  <Text fw={550} size="sm" truncate>
                    {me.name || me.email}
                  </Text>
                  <IconChevronDown aria-hidden size={14} />
                </UnstyledButton>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{me.email}</Menu.Label>
                <Menu.Item leftSection={<IconLogout aria-hidden size={16} />} onClick={() => void leave()}>
                  <Trans>Sign out</Trans>
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t`Rooms`} className={classes.navbar} p="xs">
        {rooms.map((room) => (
          <Tooltip disabled={!narrow} key={room.path} label={i18n._(room.label)} position="right">
            <NavLink
              aria-label={i18n._(room.label)}
              active={path === room.path || path.startsWith(`${room.path}/`)}
              aria-current={path === room.path ? "page" : undefined}
              component={Link}
              label={narrow ? null : i18n._(room.label)}
              leftSection={<room.icon aria-hidden size={18} />}
              to={room.path}
              className={classes.room}
            />
          </Tooltip>
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <OfflineBanner />
        <Box className={classes.stage}>
          <Outlet />
        </Box>
      </AppShell.Main>
      <Suspense>
        <Palette
          leave={() => void leave()}
          me={me}
          showKeys={keys.open}
          speakTo={(language) => void keepLanguage(language)}
        />
        <ShortcutSheet onClose={keys.close} opened={keysOpen} />
      </Suspense>
    </AppShell>
  );
}
