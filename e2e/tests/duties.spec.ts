import { expect, test } from '@playwright/test';
import { dark, signIn, sound } from './support';

test('who asked sees what is open and reminds with one tap, and who owes finds it', async ({ page }, info) => {
  await signIn(page, 'admin');
  await page.goto('/duties/asked');
  await expect(page.getByRole('heading', { name: '待办' })).toBeVisible();
  await sound(page);
  await page.locator('button[name="chosen"]').first().click();
  await expect(page.getByText('已催办 1 项')).toBeVisible();
  await expect(page.getByText('催过').first()).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);
  if (info.project.name === 'desk') {
    await page.locator('input[name="chosen"]').nth(1).check();
    await page.getByRole('button', { name: '催办选中的' }).click();
    await expect(page.getByText('已催办 1 项')).toBeVisible();
  }
  await page.goto('/duties');
  await expect(page.getByText('没有要办的事')).toBeVisible();
  await sound(page);
});

test('a secretary finds what the unit owes, and answers from there', async ({ page }) => {
  await signIn(page, 'secretary');
  await page.goto('/duties?state=any&kind=return');
  await sound(page);
  const first = page.locator('td.c1 a').first();
  await first.click();
  await expect(page).toHaveURL(/\/notices\/duties\/\d+/);
  await sound(page);
});
