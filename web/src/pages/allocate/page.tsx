export function AllocatePage() {
  return null;
}
