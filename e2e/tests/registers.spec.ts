import { expect, test, type Page } from '@playwright/test';
import { dark, signIn, sound } from './support';

// A screenshot of each page, if a folder for them is given.
const shot = async (page: Page, name: string) => { if (process.env.QINGLAN_SHOTS) await page.screenshot({ path: `${process.env.QINGLAN_SHOTS}/${name}.png`, fullPage: true }); };

test('a register is defined, let out, filled in and counted', async ({ page }, info) => {
  test.setTimeout(240_000);
  const size = info.project.name;
  await signIn(page, 'admin');
  await page.goto('/own-registers');
  await sound(page);
  await shot(page, `${size}-own-registers`);
  await page.getByRole('link', { name: '新建台账' }).first().click();
  await sound(page);
  const name = `走访台账 ${size}`;
  await page.getByLabel('台账名称').fill(name);
  await page.getByLabel('代码').fill(`v${size.slice(0, 2)}${Date.now() % 1_000_000}`);
  await page.getByRole('textbox', { name: /^定表单位/ }).fill('青蓝市');
  await page.getByRole('option', { name: '青蓝市' }).first().click();
  await page.getByLabel('多久报一次').selectOption('month');
  await page.getByLabel('项目名称').nth(0).fill('走访地点');
  await page.getByLabel('项目名称').nth(1).fill('户数');
  await page.getByLabel('类型').nth(1).selectOption('number');
  await page.getByLabel('计量单位（数字）').nth(1).fill('户');
  // The bank adds a field without storing anything.
  await page.getByText('从项目库里选').click();
  await page.getByRole('checkbox', { name: /^参加人员/ }).check();
  await page.getByRole('button', { name: '加入并加几行' }).click();
  await expect(page.getByLabel('项目名称').nth(2)).toHaveValue('参加人员');
  await shot(page, `${size}-own-register-form`);
  await sound(page);
  await page.getByRole('button', { name: '存为草稿' }).click();
  await expect(page.getByText('这是草稿，别人还看不到')).toBeVisible();
  await sound(page);
  await shot(page, `${size}-own-register-draft`);
  await page.getByRole('button', { name: '发布' }).click();
  await expect(page.getByText('发布了，现在可以填了')).toBeVisible();

  await page.getByRole('link', { name: '填一条' }).first().click();
  await page.locator('#f-unit').fill('青蓝市');
  await page.getByRole('option', { name: '青蓝市' }).first().click();
  await page.getByLabel('走访地点').fill('东岭村');
  await page.getByLabel('户数（户）').fill('十户');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('户数');
  await sound(page);
  await page.getByLabel('户数（户）').fill('12户');
  await shot(page, `${size}-own-row-form`);
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(page.getByText('12 户')).toBeVisible();
  await sound(page);
  await dark(page);
  await sound(page);
  await shot(page, `${size}-own-row`);
  await page.getByRole('link', { name }).first().click();
  await expect(page.getByText('东岭村')).toBeVisible();
  await sound(page);
  await shot(page, `${size}-own-rows`);
  await page.getByRole('link', { name: '报送情况' }).click();
  await sound(page);
  await shot(page, `${size}-own-standing`);
  await page.getByRole('link', { name: '表样和设置' }).click();
  await page.getByRole('link', { name: `${name}：户数` }).click();
  await expect(page.getByText('12', { exact: true }).first()).toBeVisible();
});

test('a metric is made by choosing, with its value in sight', async ({ page }, info) => {
  await signIn(page, 'admin');
  await page.goto('/metrics/own');
  await page.getByLabel('统计的事').first().selectOption('activities.held');
  await page.getByRole('button', { name: '看数' }).click();
  await expect(page.getByRole('heading', { name: '叫什么，怎么说明' })).toBeVisible();
  await sound(page);
  await shot(page, `${info.project.name}-own-metric`);
  const name = `主题活动 ${info.project.name}`;
  await page.getByLabel('指标名称').first().fill(name);
  await page.getByLabel('代码').fill(`m${info.project.name.slice(0, 2)}${Date.now() % 1_000_000}`);
  await page.getByLabel('计量单位').first().fill('场');
  await page.getByLabel('统计口径').first().fill('已举办的活动，每场计一次。');
  await page.getByRole('button', { name: '保存指标' }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
});
