import { address, api, content, type Schemas, signedHeaders } from './client';
import { readJson } from './exact';
import { Failure, failureOf } from './failure';

export type Kind = Schemas['ImportKind'];
export type Report = Schemas['ImportReport'];

interface Sending {
  dryRun: boolean;
  onError: Schemas['OnError'];
  /** Is told which part of the file has been sent. */
  onProgress: (part: number) => void;
}

// A gateway takes no more in one request; what is larger is announced and then uploaded.
const LARGE_BYTES = 4_500_000;
const POLL_MILLISECONDS = 1000;

/** Checks or imports a file. A file that is refused as a whole is a Failure; so is one with bad rows, unless skipped. */
export async function importFile(kind: Kind, file: Blob, sending: Sending): Promise<Report> {
  return file.size > LARGE_BYTES ? uploaded(kind, file, sending) : direct(kind, file, sending);
}

async function direct(kind: Kind, file: Blob, { dryRun, onError, onProgress }: Sending): Promise<Report> {
  const path = `/${kind}/import?dry_run=${dryRun}&on_error=${onError}`;
  return (await put('POST', address(path), file, await keyed(), onProgress)) as Report;
}

async function uploaded(kind: Kind, file: Blob, { dryRun, onError, onProgress }: Sending): Promise<Report> {
  const announced = await content(
    api.POST('/imports', { body: { kind, dry_run: dryRun, on_error: onError } }),
  );
  const isOurs = announced.upload_url.startsWith('/');
  await put(
    'PUT',
    isOurs ? address(announced.upload_url) : announced.upload_url,
    file,
    // A store's address is signed already, and would refuse a token.
    isOurs ? await keyed() : { 'Content-Type': 'text/csv' },
    onProgress,
  );
  for (;;) {
    const now = await content(api.GET('/imports/{id}', { params: { path: { id: announced.id } } }));
    if (now.status === 'completed' && now.report) return now.report;
    if (now.status === 'refused') {
      const first = now.report?.errors[0];
      throw new Failure(422, 'validation', first ? `${first.row}: ${first.message}` : '', null, now.report);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

async function keyed(): Promise<Record<string, string>> {
  return { ...(await signedHeaders()), 'Content-Type': 'text/csv', 'Idempotency-Key': crypto.randomUUID() };
}

/** Sends a file; the browser's newer way to ask does not tell how far it has come. */
function put(
  method: 'POST' | 'PUT',
  url: string,
  file: Blob,
  headers: Record<string, string>,
  onProgress: (part: number) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(Failure.unreachable());
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(request.responseText ? readJson(request.responseText) : null);
        return;
      }
      const response = new Response(null, {
        status: request.status,
        statusText: request.statusText,
        headers: { 'X-Request-Id': request.getResponseHeader('X-Request-Id') ?? '' },
      });
      reject(failureOf(response, request.responseText));
    };
    request.send(file);
  });
}
