import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { firstLanguage, speak } from "./shared/language/language";

const root = document.getElementById("root");
if (root) {
  await speak(firstLanguage());
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
