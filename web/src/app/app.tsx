import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queries } from './queries';
import { router } from './router';
import { ServerInfo } from './server-info';
import { type Session, SessionProvider } from './session';
import { colours, theme } from './theme';

interface Props {
  session: Session;
  version: string;
  expired: EventTarget;
}

export function App({ session, version, expired }: Props) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="auto">
      <Notifications position="bottom-right" autoClose={8000} />
      <QueryClientProvider client={queries}>
        <SessionProvider session={session}>
          <ServerInfo value={{ version, expired }}>
            <RouterProvider router={router} />
          </ServerInfo>
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
