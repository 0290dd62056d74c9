import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { sound } from './support';

const repository = join(import.meta.dirname, '../..');
const truth = JSON.parse(readFileSync(join(repository, 'fixtures/ledgers-sample/truth.json'), 'utf8'));

async function handIn(page: Page, kind: string, unit: string, file: string) {
  await page.goto('/imports/new');
  await page.getByLabel('内容').selectOption(kind);
  if (unit) {
    await page.getByLabel('单位', { exact: true }).fill(unit);
    await page.locator('.pick-list li').first().click();
    await page.getByLabel('缺年份时按哪年').fill('2025');
  }
  await page.locator('#f-file').setInputFiles(join(repository, file));
  await page.getByRole('button', { name: '看看怎么处理' }).click();
  await expect(page.getByRole('button', { name: /^录入 [\d,]+ 行$/ })).toBeVisible({ timeout: 60_000 });
}

async function take(page: Page, rows: number) {
  await page.getByRole('button', { name: `录入 ${rows.toLocaleString('en')} 行` }).click();
  // If it takes long, the progress is shown first.
  await expect(page).toHaveURL(/\/imports\/\d+$/, { timeout: 60_000 });
}

async function figure(page: Page, key: string): Promise<number> {
  await page.goto(`/metrics/${key}?period=own&from=2025-01-01&to=2025-12-31`);
  const text = await page.locator('.ql-head .num').first().innerText();
  return Number(text.replace(/[^\d]/g, ''));
}

// The whole way of an office on a new system: from the first password to a report whose figures are those of its own ledgers.
test('the sample ledgers come in through the browser, with every question answered', async ({ browser }, info) => {
  test.setTimeout(300_000);
  const which = info.project.name.toUpperCase();
  const context = await browser.newContext({ ...info.project.use, baseURL: process.env[`QINGLAN_EMPTY_${which}`], locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('账号').fill('admin');
  const first = process.env[`QINGLAN_EMPTY_PASSWORD_${which}`] ?? '';
  await page.getByLabel('密码').first().fill(first);
  await page.getByRole('button', { name: '登录' }).click();
  // The first password has to be changed.
  await expect(page).toHaveURL(/account\/password/);
  await page.locator('input[name=old]').fill(first);
  await page.locator('input[name=new]').fill('lantern-river-8');
  await page.locator('input[name=again]').fill('lantern-river-8');
  await page.locator('main button[type=submit]').first().click();
  await expect(page.getByRole('link', { name: '导入单位表' }).first()).toBeVisible();
  await sound(page);

  await handIn(page, 'units', '', 'data/divisions-invented-city.csv');
  await take(page, 1476);
  await handIn(page, 'roster', '青蓝市', 'fixtures/ledgers-sample/01-roster.xlsx');
  await sound(page);
  await take(page, truth.roster.people);
  await handIn(page, 'activities', '青蓝市', 'fixtures/ledgers-sample/02-activities.xlsx');

  // Questions are answered with their first choice, until there are none.
  await sound(page);
  for (let round = 0; round < 12; round += 1) {
    const asked = page.locator('fieldset').filter({ has: page.getByRole('radio') });
    if (!(await asked.count())) break;
    for (const one of await asked.all()) await one.getByRole('radio').first().check();
    await page.getByRole('button', { name: '回答所选' }).click();
    await expect(page.getByText(/已回答 \d+ 行/)).toBeVisible();
  }
  await expect(page.getByRole('radio')).toHaveCount(0);
  const button = await page.getByRole('button', { name: /^录入 [\d,]+ 行$/ }).innerText();
  const rows = Number(button.replace(/[^\d]/g, ''));
  expect(rows).toBeGreaterThanOrEqual(truth.activities.held);
  await take(page, rows);

  expect(await figure(page, 'people.members')).toBe(truth.roster.people);
  expect(await figure(page, 'activities.occasions')).toBe(rows);
  // The figure's rows are there, and a report is built.
  await page.goto('/reports/preview?template=annual&period=own&from=2025-01-01&to=2025-12-31');
  await expect(page.locator('.a4')).toContainText(`${rows}`);
  await context.close();
});
