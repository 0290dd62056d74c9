// Dialogs: `<button data-dialog="id">` opens `<dialog id>`, `data-dialog-close` closes it; focus goes back to the opener.
document.addEventListener('click', (event) => {
  const open = event.target.closest('[data-dialog]');
  if (open) {
    const dialog = document.getElementById(open.dataset.dialog);
    dialog.showModal();
    dialog.addEventListener('close', () => open.focus(), { once: true });
  }
  const close = event.target.closest('[data-dialog-close]');
  if (close) close.closest('dialog').close();
});

// The faults of a dialog's form are shown in the dialog, which is opened again.
const told = document.querySelector('[data-errors][data-of]');
const wrong = told && document.getElementById(told.dataset.of);
if (wrong instanceof HTMLDialogElement) {
  const heading = wrong.querySelector('h2');
  heading.after(told);
  wrong.showModal();
  told.focus();
}
