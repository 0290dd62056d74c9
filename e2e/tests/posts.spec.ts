import { expect, test } from '@playwright/test';
import { dark, signIn, sound } from './support';

test('a post is added, and somebody is posted to it', async ({ page }, info) => {
  test.setTimeout(180_000);
  const name = `廉政监督 ${info.project.name}`;
  await signIn(page, 'secretary');
  await page.goto('/posts');
  await sound(page);
  await page.getByRole('link', { name: '新增岗位' }).first().click();
  await page.getByLabel('岗位名称').fill(name);
  await page.getByLabel('所需专长').fill('财务，法律');
  await page.getByLabel('风险等级').selectOption({ label: '高' });
  await sound(page);
  await page.getByRole('button', { name: '保存岗位' }).click();
  await expect(page.getByText('岗位已建好')).toBeVisible();
  await expect(page.getByText('财务、法律')).toBeVisible();
  await sound(page);

  // Promoted at the same unit: chosen in the dialog of a transfer.
  await page.goto('/people');
  await page.locator('main table a[href^="/people/"]').first().click();
  const person = page.url();
  const unit = (await page.locator('main').getByText('·').first().innerText()).split('·')[0].trim();
  await page.getByRole('button', { name: '调动' }).click();
  const dialog = page.locator('#d-transfer');
  await dialog.locator('#f-unit').fill(unit);
  await dialog.locator('.pick-list').getByRole('option').first().click();
  await dialog.locator('#f-rank').fill('三级主任科员');
  await dialog.locator('#f-appointment').selectOption({ label: '提拔' });
  await dialog.locator('#f-post').fill('廉政监督');
  await dialog.getByRole('option', { name }).first().click();
  await sound(page);
  await dialog.getByRole('button', { name: '调动' }).click();
  await expect(page).toHaveURL(person);
  await expect(page.getByText('三级主任科员')).toBeVisible();
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await expect(page.locator('#h-holders')).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);
  await page.getByRole('button', { name: '撤销' }).first().click();
  await page.locator('#d-close').getByRole('button', { name: '撤销', exact: true }).click();
  await expect(page.getByText(/还有 1 人/).first()).toBeVisible();
});
