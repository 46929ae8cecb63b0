import { createContext, useContext } from 'react';

/** What the shell shows of the server, and where it hears that the API refused a token. */
export interface ServerInfoValue {
  version: string;
  expired: EventTarget;
}

const Context = createContext<ServerInfoValue>({ version: '', expired: new EventTarget() });

export const ServerInfo = Context.Provider;
export const useServerInfo = () => useContext(Context);
