import { expect, test } from '@playwright/test';
import { dark, signIn, sound } from './support';

test('who was promoted or moved is listed, and a talk with those chosen is recorded in one step', async ({ page }, info) => {
  await signIn(page, 'admin');
  await page.goto('/talks');
  await expect(page.getByRole('heading', { name: '任职谈话' })).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);
  if (info.project.name !== 'desk') return;
  const boxes = page.locator('input[name="chosen"]');
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByLabel('谈话人').fill('陈书记');
  await sound(page);
  await page.getByRole('button', { name: '登记已谈话' }).click();
  await expect(page).toHaveURL(/\/activities\/\d+/);
  await expect(page.getByText('集体廉政谈话').first()).toBeVisible();
  await page.goto('/talks?state=done');
  await expect(page.getByText('谈过了').first()).toBeVisible();
  await sound(page);
});
