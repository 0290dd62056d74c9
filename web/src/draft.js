// Where drafts lie: by account, so that whoever signs in next in this tab is never offered another's.
const BEGIN = 'qinglan-draft:';

/** The key of a form's draft. */
export const draftKey = (account, form) => `${BEGIN}${account}:${form}`;

/** The keys that don't belong to an account; of a page before signing in nothing is known, and nothing goes. */
export function strangeDrafts(keys, account) {
  if (account === undefined) return [];
  return keys.filter((key) => key.startsWith(BEGIN) && !(account && key.startsWith(draftKey(account, ''))));
}
