export function DesktopPage() {
  return null;
}
