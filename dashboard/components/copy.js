// One click lays the words on the clipboard. Off localhost a page without a certificate has no clipboard of its own:
// there the words are selected in a field and copied as by hand.
export default function ({ data, parentElement }) {
    const button = parentElement.querySelector("button");
    const say = (words) => { button.querySelector("span").textContent = words; };
    say(data.label);
    button.title = data.words;
    button.onclick = async () => {
        try {
            await navigator.clipboard.writeText(data.words);
        } catch {
            const field = document.createElement("textarea");
            field.value = data.words;
            parentElement.append(field);
            field.select();
            document.execCommand("copy");
            field.remove();
        }
        say(data.done);
        setTimeout(() => say(data.label), 2000);
    };
}
