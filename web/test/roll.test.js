import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tally } from '../src/roll.js';

test('the equation holds whatever is marked', () => {
  const all = ['on_time', 'late', 'leave', 'absent', 'made_up:leave', 'made_up:absent', 'observer', 'asked', 'off', ''];
  for (let take = 0; take <= all.length; take += 1) {
    const sums = tally(all.slice(0, take));
    assert.equal(sums.due, sums.present + sums.leave + sums.absent + sums.open);
  }
  const whole = tally(all);
  assert.deepEqual([whole.due, whole.present, whole.leave, whole.absent, whole.made_up, whole.asked, whole.open], [7, 2, 2, 2, 2, 1, 1]);
  assert.equal(whole.rate, '28.6%');
  assert.equal(tally([]).rate, '—');
});
