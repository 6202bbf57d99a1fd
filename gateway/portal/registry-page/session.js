import { byId, say } from './elements.js';

const KEY = 'sluice-admin-token';

/** A token in the fragment is taken, and leaves the address bar and the history at once. */
export function takeTokenFromAddress() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token === null) return;
  sessionStorage.setItem(KEY, token);
  fragment.delete('token');
  const [rest] = fragment.keys();
  history.replaceState(null, '', location.pathname + location.search + (rest ? `#${rest}` : ''));
}

export const hasToken = () => sessionStorage.getItem(KEY) !== null;

export function askForToken(message) {
  sessionStorage.removeItem(KEY);
  byId('graph').hidden = true;
  byId('account').hidden = true;
  byId('sign-in').hidden = false;
  for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close();
  byId('token').value = '';
  byId('token').focus();
  say(message ?? '', message !== undefined);
}

/** @param signedIn called when there is a token to try */
export function onSignIn(signedIn) {
  byId('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    const token = byId('token').value.trim();
    if (token === '') return;
    sessionStorage.setItem(KEY, token);
    signedIn();
  });
  byId('forget').addEventListener('click', () => askForToken());
}

/** What the registry says no to, in its own words. */
export class Refusal extends Error {}

/**
 * Asks the registry. An answer of a change (`outcome`) is an answer, whatever its status is; everything else that is
 * not well throws `Refusal`.
 */
export async function ask(path, { method = 'GET', body } = {}) {
  let response;
  let answer;
  try {
    response = await fetch(`registry${path}`, {
      method,
      headers: {
        authorization: `Bearer ${sessionStorage.getItem(KEY)}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    answer = await response.json();
  } catch (error) {
    throw new Refusal(`The gateway does not answer: ${error.message}`);
  }
  if (response.status === 401) {
    askForToken(answer.errors?.[0]?.message ?? 'This is not a token of this gateway.');
    throw new Refusal('A token is needed.');
  }
  if (answer.outcome !== undefined || response.ok) return answer;
  throw new Refusal(answer.errors?.[0]?.message ?? `The gateway answers with ${response.status}.`);
}
