import { expect, test } from '@playwright/test';
import { signIn, sound } from './support';

test('an administrator imports a register, answers what is asked, and undoes it', async ({ page }, info) => {
  await signIn(page, 'admin');
  await page.goto('/imports/new');
  await sound(page);
  await page.getByLabel('内容').selectOption('roster');
  await page.getByLabel('单位', { exact: true }).fill('青蓝市');
  await page.locator('.pick-list li').first().click();
  const name = info.project.name === 'desk' ? '何雨桐' : '何雨晴';
  const rows = `姓名,性别,工作单位,职务\n${name},女,青蓝市,干事\n没有单位的人,女,不存在的街道,干事\n`;
  await page.locator('#f-file').setInputFiles({ name: '花名册.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.getByRole('button', { name: '看看怎么处理' }).click();
  // No year stands in the file: it is asked.
  await expect(page.getByRole('alert')).toContainText('都没有写年份');
  await sound(page);
  await page.getByLabel('缺年份时按哪年').fill('2025');
  await page.getByRole('button', { name: '按这一年' }).click();
  await expect(page.getByText('从 2025-01-01 起计为小组成员')).toBeVisible();
  await expect(page.getByText('读到 2 行')).toBeVisible();
  await expect(page.getByRole('button', { name: '录入 1 行' })).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: '录入 1 行' }).click();
  await expect(page.getByText('已录入 1 行')).toBeVisible();
  await expect(page.getByRole('link', { name: '导入活动记录台账' })).toBeVisible();
  await page.goto(`/people?q=${name}`);
  await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
  await page.goto('/imports');
  await page.getByRole('link', { name: '花名册.csv' }).first().click();
  await page.getByRole('button', { name: '撤销导入' }).click();
  await page.getByRole('button', { name: '撤销 1 行' }).click();
  await expect(page.getByText('已撤销').first()).toBeVisible();
});

test('the unit of a row is mended in place, and a file is kept while its form is completed', async ({ page }) => {
  await signIn(page, 'admin');
  await page.goto('/imports/new?kind=roster');
  await page.getByLabel('缺年份时按哪年').fill('2025');
  await page.getByLabel('单位', { exact: true }).fill('');
  await page.locator('input[name=unit_id]').evaluate((input: HTMLInputElement) => { input.value = ''; });
  const rows = '姓名,工作单位\n何雨薇,不存在的街道\n';
  await page.locator('#f-file').setInputFiles({ name: '待补.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.getByRole('button', { name: '看看怎么处理' }).click();
  await expect(page.getByText('“待补.csv”已经收下')).toBeVisible();
  await sound(page);
  await page.getByLabel('单位', { exact: true }).fill('青蓝市');
  await page.locator('.pick-list li').first().click();
  await page.getByRole('button', { name: '看看怎么处理' }).click();
  await page.getByRole('link', { name: '第 2 行换单位' }).click();
  await sound(page);
  await page.getByRole('combobox', { name: '第 2 行换单位' }).or(page.getByLabel('第 2 行换单位')).first().fill('青蓝市');
  await page.locator('.pick-list li').first().click();
  await page.getByRole('button', { name: '用这个单位' }).click();
  await expect(page.getByRole('button', { name: '录入 1 行' })).toBeVisible();
  await page.getByRole('button', { name: '不导入了' }).click();
});

test('a file that lies about its type is refused and says so', async ({ page }) => {
  await signIn(page, 'secretary');
  await page.goto('/imports/new');
  await page.locator('#f-file').setInputFiles({ name: '台账.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('%PDF-1.7 not a sheet') });
  await page.getByRole('button', { name: '看看怎么处理' }).click();
  await expect(page.getByRole('alert')).toContainText('台账.xlsx');
});

test('columns whose headings are not known are chosen by hand', async ({ page }) => {
  await signIn(page, 'admin');
  await page.goto('/imports/new');
  await page.getByLabel('内容').selectOption('roster');
  await page.getByLabel('单位', { exact: true }).fill('青蓝市');
  await page.locator('.pick-list li').first().click();
  await page.getByLabel('缺年份时按哪年').fill('2025');
  const rows = '谁,在哪里,管什么\n何雨桐,青蓝市,干事\n何雨晴,青蓝市,主任\n何雨晴,青蓝市,副主任\n';
  await page.locator('#f-file').setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) });
  await page.getByRole('button', { name: '看看怎么处理' }).click();
  await expect(page.getByRole('alert')).toContainText('找不到表头');
  await sound(page);
  await page.getByLabel('姓名').selectOption({ label: 'A · 谁 · 何雨桐' });
  await page.getByLabel('工作单位').selectOption({ label: 'B · 在哪里 · 青蓝市' });
  await page.getByLabel('职务').selectOption({ label: 'C · 管什么 · 干事' });
  await page.getByRole('button', { name: '按这样读' }).click();
  await expect(page.getByRole('radio')).toHaveCount(2);
  await page.getByRole('radio').first().click();
  await page.getByRole('button', { name: '回答所选' }).click();
  await expect(page.getByRole('button', { name: '重新回答第 4 行' })).toBeVisible();
  await page.getByText('查看或改动').click();
  await expect(page.getByRole('cell', { name: '何雨桐，何雨晴，何雨晴' })).toBeVisible();
  await expect(page.getByRole('button', { name: '录入 2 行' })).toBeVisible();
  await sound(page);
  await page.getByRole('button', { name: '不导入了' }).click();
  await expect(page.getByText('文件已去掉')).toBeVisible();
});
