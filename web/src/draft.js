// The storage key of drafts includes the account, so that the next user in this tab is never offered another's draft.
const BEGIN = 'qinglan-draft:';

/** The key of a form's draft. */
export const draftKey = (account, form) => `${BEGIN}${account}:${form}`;

/** The keys that don't belong to an account; on a page before signing in the account is unknown, and nothing is deleted. */
export function strangeDrafts(keys, account) {
  if (account === undefined) return [];
  return keys.filter((key) => key.startsWith(BEGIN) && !(account && key.startsWith(draftKey(account, ''))));
}
