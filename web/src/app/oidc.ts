import { type User, UserManager } from 'oidc-client-ts';
import type { Config } from './config';
import { claimsOf, roleOf, type Session } from './session';

/**
 * Signs in at the issuer by OIDC with PKCE.
 *
 * Returns null when the page is being left for the issuer. What comes back is exchanged here, before anything is shown,
 * and the address is put back to where the sign-in began.
 */
export async function signedIn(config: Config, issuer: string): Promise<Session | null> {
  const manager = new UserManager({
    authority: issuer,
    client_id: config.client_id,
    scope: config.scope,
    redirect_uri: location.origin + location.pathname,
    post_logout_redirect_uri: location.origin + location.pathname,
    automaticSilentRenew: false,
    // The time that counts is the one when the token is refused.
    accessTokenExpiringNotificationTimeInSeconds: 60,
  });
  const signIn = () => manager.signinRedirect({ state: location.hash });
  let user = await returned(manager);
  if (user === null || user.expired) user = await renewed(manager, user);
  if (user === null) {
    await signIn();
    return null;
  }
  manager.events.addAccessTokenExpiring(() => void manager.getUser().then((now) => renewed(manager, now)));
  return {
    name: String(user.profile.name ?? user.profile.email ?? user.profile.sub),
    role: roleOf(claimsOf(user.access_token)),
    open: false,
    token: async () => (await manager.getUser())?.access_token ?? null,
    signIn,
    async signOut() {
      const canEnd = await manager.metadataService.getEndSessionEndpoint();
      if (canEnd) await manager.signoutRedirect();
      else {
        await manager.removeUser();
        location.reload();
      }
    },
    onExpired: (callback) => manager.events.addAccessTokenExpired(callback),
  };
}

async function returned(manager: UserManager): Promise<User | null> {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return manager.getUser();
  try {
    const user = await manager.signinRedirectCallback();
    history.replaceState(null, '', location.pathname + String(user.state ?? ''));
    return user;
  } catch (error) {
    history.replaceState(null, '', location.pathname);
    throw error;
  }
}

async function renewed(manager: UserManager, user: User | null): Promise<User | null> {
  if (!user?.refresh_token) return null;
  try {
    return await manager.signinSilent();
  } catch {
    return null;
  }
}
