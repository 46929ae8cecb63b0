import './app/styles.css';
import '@mantine/notifications/styles.css';
import './app/global.css';
import { createRoot } from 'react-dom/client';
import { connect } from './api/client';
import { App } from './app/app';
import { loadConfig } from './app/config';
import { LOCAL, type Session } from './app/session';
import { StartFailure } from './components/failures';
import { startLanguage } from './i18n';

const expired = new EventTarget();

async function start(): Promise<void> {
  const page = createRoot(document.getElementById('root') as HTMLElement);
  const words = startLanguage();
  try {
    const config = await loadConfig();
    await words;
    let session: Session | null = LOCAL;
    if (config.issuer !== null) {
      const { signedIn } = await import('./app/oidc');
      session = await signedIn(config, config.issuer);
      if (session === null) return;
    }
    connect(config.api, { token: session.token, refused: () => expired.dispatchEvent(new Event('refused')) });
    page.render(<App session={session} version={config.version} expired={expired} />);
  } catch (error) {
    await words;
    page.render(<StartFailure error={error} />);
  }
}

void start();
// Its rules name a file for every range of characters, which nobody waits for.
void import('./app/fonts.css');
