import { ActionIcon, Alert, AppShell, Burger, Button, Group, ScrollArea, Text, Tooltip } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import {
  IconBoxSeam,
  IconClipboardList,
  IconFileImport,
  IconGauge,
  IconKeyboard,
  IconListCheck,
  IconLogout,
  IconRoute,
} from '@tabler/icons-react';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionNotice } from '@/components/connection';
import { KeysHelp } from '@/components/keys-help';
import { MenuLink } from '@/components/links';
import { SchemeSwitch } from '@/components/scheme-switch';
import { SessionEnded } from '@/components/session-ended';
import { switchLanguage } from '@/i18n';
import { useServerInfo } from './server-info';
import { useSession } from './session';

const PAGES = [
  { to: '/', name: 'overview', icon: IconGauge },
  { to: '/orders', name: 'orders', icon: IconClipboardList },
  { to: '/inventories', name: 'inventories', icon: IconBoxSeam },
  { to: '/allocate', name: 'allocate', icon: IconRoute },
  { to: '/results', name: 'results', icon: IconListCheck },
  { to: '/import', name: 'import', icon: IconFileImport },
] as const;

const CONTENT = 'content';

/** What every page stands in: the way to the others, who is signed in, and what is wrong with the connection. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const { version } = useServerInfo();
  const path = useLocation({ select: (location) => location.pathname });
  const [menuOpen, menu] = useDisclosure(false);
  const [keysOpen, keys] = useDisclosure(false);
  const here = PAGES.find((page) => page.to === path);

  useHotkeys([
    ['/', () => document.querySelector<HTMLElement>('[data-search]')?.focus()],
    ['shift+?', keys.open],
    ['?', keys.open],
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu of narrow screens closes when the page changes
  useEffect(menu.close, [path]);
  useEffect(() => {
    document.title = `${here ? `${t(`nav.${here.name}`)} · ` : ''}hikiate 引当`;
  }, [here, t]);

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 208, breakpoint: 'md', collapsed: { mobile: !menuOpen } }}
      padding={{ base: 'xs', sm: 'md' }}
    >
      <Button className="skip" size="xs" onClick={() => document.getElementById(CONTENT)?.focus()}>
        {t('app.skip')}
      </Button>
      <AppShell.Header>
        <Group h="100%" px="md" gap="xs" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={menuOpen}
              onClick={menu.toggle}
              hiddenFrom="md"
              size="sm"
              aria-label={t('app.menu')}
            />
            <img src="./favicon.svg" alt="" width={26} height={26} />
            <Text fw={700} size="lg" component="span">
              hikiate
            </Text>
            <Text c="dimmed" component="span" visibleFrom="xs" lang="ja">
              引当
            </Text>
          </Group>
          <Group gap={6} wrap="nowrap">
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              onClick={() => void switchLanguage()}
              aria-label={t('app.languageLabel')}
            >
              {t('app.language')}
            </Button>
            <SchemeSwitch />
            <Tooltip label={t('app.keysTitle')}>
              <ActionIcon
                variant="subtle"
                color="gray"
                onClick={keys.open}
                aria-label={t('app.keysTitle')}
                visibleFrom="sm"
              >
                <IconKeyboard size={18} />
              </ActionIcon>
            </Tooltip>
            {!session.open && (
              <Tooltip
                label={t('app.signedInAs', {
                  name: session.name,
                  role: t(`app.roles.${session.role ?? 'none'}`),
                })}
              >
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-sm"
                  leftSection={<IconLogout size={16} />}
                  onClick={() => void session.signOut()}
                >
                  {t('app.signOut')}
                </Button>
              </Tooltip>
            )}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('app.main')}>
        <AppShell.Section grow component={ScrollArea}>
          {PAGES.map(({ to, name, icon: Icon }) => (
            <MenuLink
              key={to}
              to={to}
              label={t(`nav.${name}`)}
              leftSection={<Icon size={19} stroke={1.7} />}
              active={path === to}
              aria-current={path === to ? 'page' : undefined}
              variant="light"
              style={{ borderRadius: 'var(--mantine-radius-md)' }}
            />
          ))}
        </AppShell.Section>
        <AppShell.Section>
          {!session.open && (
            <Text size="xs" c="dimmed" px="xs" pb={4}>
              {t('app.signedInAs', { name: session.name, role: t(`app.roles.${session.role ?? 'none'}`) })}
            </Text>
          )}
          <Text size="xs" c="dimmed" px="xs">
            {t('app.version', { version })}
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main
        id={CONTENT}
        tabIndex={-1}
        style={{ display: 'flex', flexDirection: 'column', height: '100dvh', outline: 'none' }}
      >
        {session.open && (
          <Text size="xs" c="dimmed" pb={6} role="note">
            {t('app.open')}
          </Text>
        )}
        {session.role === null && (
          <Alert color="orange" mb="xs">
            {t('app.noRole')}
          </Alert>
        )}
        <ConnectionNotice />
        <Outlet />
      </AppShell.Main>
      <SessionEnded />
      <KeysHelp opened={keysOpen} onClose={keys.close} />
    </AppShell>
  );
}
