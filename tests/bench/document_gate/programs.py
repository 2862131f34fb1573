"""Other people's programs that make files, each in a directory of its own that is gone afterwards."""
import io
import os
import subprocess
import tempfile
import time
import zipfile

PASSWORD = "Frühjahr-26"


def run(command, files=None, result=None, stdin=None):
    """Runs it where `files` {name: bytes} stand; the bytes of `result`, or what it printed."""
    with tempfile.TemporaryDirectory() as place:
        for name, content in (files or {}).items():
            with open(os.path.join(place, name), "wb") as file:
                file.write(content)
        done = subprocess.run(command, cwd=place, input=stdin, capture_output=True, timeout=240, check=False)
        if result is None:
            done.check_returncode()
            return done.stdout
        path = os.path.join(place, result)
        if not os.path.exists(path):
            raise RuntimeError(f"{command[0]} made no {result}: {done.stderr.decode(errors='replace')}")
        with open(path, "rb") as file:
            return file.read()


def zipped(files, password=None):
    if password is None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return out.getvalue()
    return run(["zip", "-q", "-P", password, "a.zip", *files], files, "a.zip")


def changed(package, parts, also=None):
    """A zip with parts replaced or added; also: {part: (old, new)} text replaced in one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name in parts:
                continue
            content = old.read(name)
            for before, after in (also or {}).get(name, []):
                if before.encode() not in content:
                    raise RuntimeError(f"{name} has no {before}")
                content = content.replace(before.encode(), after.encode(), 1)
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def vba_project(source, module="ThisDocument"):
    return run([os.path.join(os.environ["BIN"], "write_vba_project"), module], stdin=source.encode())


class Office:
    """LibreOffice without a screen, spoken to by UNO."""

    def __init__(self):
        self.home = tempfile.TemporaryDirectory()
        self.pipe = f"secondlook{os.getpid()}"
        self.process = subprocess.Popen(
            ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{self.home.name}/profile",
             f"--accept=pipe,name={self.pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.desktop = self._connect()

    def _connect(self):
        import uno
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        for _ in range(240):
            try:
                context = resolver.resolve(f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext")
                return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            except Exception:  # not up yet: UNO tells by its own exceptions
                if self.process.poll() is not None:
                    break
                time.sleep(0.5)
        raise RuntimeError("LibreOffice does not start")

    def convert(self, content, extension, to, filter_name, password=None):
        from com.sun.star.beans import PropertyValue

        def value(name, what):
            one = PropertyValue()
            one.Name, one.Value = name, what
            return one
        source, target = (os.path.join(self.home.name, name) for name in (f"source.{extension}", f"made.{to}"))
        with open(source, "wb") as file:
            file.write(content)
        open_by = [value("Hidden", True)]
        if extension == "html":
            open_by.append(value("FilterName", "HTML (StarWriter)"))
        document = self.desktop.loadComponentFromURL(f"file://{source}", "_blank", 0, tuple(open_by))
        if document is None:
            raise RuntimeError(f"LibreOffice cannot read .{extension}")
        store = [value("FilterName", filter_name)] + ([value("Password", password)] if password else [])
        document.storeToURL(f"file://{target}", tuple(store))
        document.close(True)
        with open(target, "rb") as file:
            return file.read()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.home.cleanup()
