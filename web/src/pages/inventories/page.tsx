export function InventoriesPage() {
  return null;
}
