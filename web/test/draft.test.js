import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draftKey, strangeDrafts } from '../src/draft.js';

test('drafts are kept for the account that typed them', () => {
  const keys = [draftKey('7', 'activity-new'), draftKey('71', 'activity-new'), 'qinglan-draft:activity-new', 'theme'];
  assert.deepEqual(strangeDrafts(keys, '7'), [keys[1], keys[2]]);
  assert.deepEqual(strangeDrafts(keys, ''), keys.slice(0, 3));
  assert.deepEqual(strangeDrafts(keys, undefined), []);
});
