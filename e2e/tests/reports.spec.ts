import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn, sound } from './support';

test('a report is built, a figure opened, issued, downloaded and opened', async ({ page }) => {
  await signIn(page, 'secretary');
  await page.goto('/reports/new');
  await page.getByLabel('期间').selectOption('last-year');
  await page.getByRole('button', { name: '看一遍' }).click();
  await expect(page.locator('article.a4')).toBeVisible();

  // A figure opens its definition and rows; closing returns the focus.
  const figure = page.locator('article.a4 a.fig').first();
  await figure.click();
  const drawer = page.locator('#drawer');
  await expect(drawer.getByText('统计口径')).toBeVisible();
  await expect(drawer.locator('table tbody tr').first()).toBeVisible();
  await sound(page);
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(figure).toBeFocused();

  await page.getByRole('button', { name: '定稿' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: '定稿', exact: true }).click();
  await expect(page).toHaveURL(/\/reports\/\d+$/);
  await expect(page.getByText('已定稿').first()).toBeVisible();
  await expect(page.getByText('定稿以后没有变')).toBeVisible();

  const folder = mkdtempSync(join(tmpdir(), 'qinglan-e2e-'));
  for (const [name, magic] of [['DOCX', 'PK'], ['PDF', '%PDF']] as const) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    const file = join(folder, download.suggestedFilename());
    await download.saveAs(file);
    expect(readFileSync(file).subarray(0, magic.length).toString('latin1')).toBe(magic);
    if (name === 'PDF') expect(execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' })).toContain('汇报');
    else expect(execFileSync('unzip', ['-p', file, 'word/document.xml'], { encoding: 'utf8' })).toContain('汇报');
  }
});

test('a reader sees figures and no names', async ({ page }) => {
  await signIn(page, 'reader');
  await page.goto('/metrics/activities.person_times');
  await expect(page.getByText('你的账号看不到姓名')).toBeVisible();
  await expect(page.locator('table tbody tr').first()).toContainText('一人');
  await page.goto('/accounts');
  await expect(page.getByRole('heading', { name: '没有这项权限' })).toBeVisible();
});
