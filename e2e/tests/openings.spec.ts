import { expect, test } from '@playwright/test';
import { dark, signIn, sound } from './support';

test('a unit publishes an opening, selects somebody with a reason, and records the start', async ({ page }, info) => {
  test.setTimeout(180_000);
  const name = `护林员 ${info.project.name}`;
  await signIn(page, 'secretary');
  await page.goto('/openings');
  await expect(page.getByRole('link', { name: '社区周末志愿服务' })).toBeVisible();
  await sound(page);
  await page.getByRole('link', { name: '发布岗位' }).first().click();
  await page.getByLabel('岗位名称').fill(name);
  await page.locator('#f-part').selectOption({ label: '工作队' });
  await page.locator('#f-places').fill('1');
  await page.locator('#f-place').fill('青岭林场');
  await page.locator('#f-needs').fill('能爬山，会用对讲机');
  await page.locator('#f-from').fill(day(0));
  await page.locator('#f-to').fill(day(90));
  await page.locator('#f-closes').fill(day(10));
  await sound(page);
  await page.getByRole('button', { name: '发布岗位' }).click();
  await expect(page.getByText('岗位已发布')).toBeVisible();
  await expect(page.getByText('还没有人等答复')).toBeVisible();
  await sound(page);

  // Somebody of the street is entered by the secretary, and selected.
  await page.getByRole('button', { name: '替人登记请缨' }).or(page.getByRole('button', { name: '主动请缨' })).first().click();
  const come = page.locator('#d-come');
  await come.locator('#f-person').pressSequentially('李');
  await come.getByRole('option').first().click();
  await come.locator('#f-words').fill('从小在林场长大');
  await sound(page);
  await come.locator('button[type=submit]').click();
  await expect(page.getByText('已主动请缨').first()).toBeVisible();
  await expect(page.getByText('1 人等答复，还有 1 个名额')).toBeVisible();
  await sound(page);
  await page.getByRole('region', { name: '主动请缨名单' }).getByRole('link').nth(1).click();
  await expect(page.getByText('从小在林场长大')).toBeVisible();
  await page.getByRole('button', { name: '定为入选' }).click();
  const select = page.locator('#d-select');
  await select.locator('#f-reason').fill('熟悉地形');
  await sound(page);
  await select.getByRole('button', { name: '定为入选' }).click();
  await expect(page.getByText('已定为入选')).toBeVisible();
  await expect(page.getByText('熟悉地形')).toBeVisible();
  await expect(page.getByRole('heading', { name: '到岗' })).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);

  // Closed: nobody waits any more.
  await page.getByRole('link', { name }).first().click();
  await page.getByRole('button', { name: '办结' }).click();
  await page.locator('#d-close').getByRole('button', { name: '办结', exact: true }).click();
  await expect(page.getByText('岗位已办结')).toBeVisible();
});

test('a member comes forward from the home page and withdraws', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, 'member');
  await page.goto('/');
  const card = page.getByRole('region', { name: '可以报名的岗位' });
  await expect(card).toBeVisible();
  await sound(page);
  await card.getByRole('link', { name: '青岭村驻村工作队队员' }).first().click();
  await sound(page);
  await page.getByRole('button', { name: '主动请缨' }).click();
  const come = page.locator('#d-come');
  await come.getByLabel('请缨理由').fill('家在山里，想把学到的带回去。');
  await sound(page);
  await come.getByRole('button', { name: '主动请缨' }).click();
  await expect(page.getByText('已主动请缨').first()).toBeVisible();
  await expect(page.getByText('等征集单位答复').first()).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);
  await page.goto('/my');
  await page.getByRole('region', { name: '主动请缨' }).getByRole('link', { name: '青岭村驻村工作队队员' }).click();
  await page.getByRole('button', { name: '撤回请缨' }).click();
  await page.locator('#d-withdraw').getByRole('button', { name: '撤回请缨' }).click();
  await expect(page.getByText('已撤回').first()).toBeVisible();
  await page.goto('/candidates');
  await sound(page);
});

/** A day so many days from today, as a field takes it. */
function day(ahead: number) {
  const at = new Date();
  at.setDate(at.getDate() + ahead);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
}
